/**
 * What an origin could take a request for, other than we do: paths that it decodes twice or not at all, and methods
 * that a header, the query or a form overrides. Routing looks at all of them, so that no spelling slips past a policy.
 */
import type { BodyDocument } from "./body-fields.ts";
import { canonicalPath } from "./canonical-path.ts";
import { decodePercent, utf8Text } from "./percent-decoding.ts";
import type { QueryPair } from "./query.ts";

/** Frameworks decode once; behind a proxy that decodes too it is twice. A third time is beyond any chain known. */
const mostDecodings = 3;

/** The other canonical paths that a target may stand for, at most seven, each once. Meant for targets that are not plain. */
export function otherPaths(target: string): readonly string[] {
  const mark = target.indexOf("?");
  const raw = mark < 0 ? target : target.slice(0, mark);
  if (raw === "*") return [];
  const once = canonicalPath(raw).path;
  const deep = decodedThrough(raw);
  const candidates = [
    // Decoded again and again, then cut where a query or fragment would begin.
    canonicalPath(escapeOnce(deep)).path,
    canonicalPath(escapeOnce(deep.split(/[?#]/)[0] ?? "")).path,
    // C strings end at NUL; Windows drops dots and spaces at the end.
    canonicalPath(escapeOnce((deep.split("\0")[0] ?? "").replace(/[\s.]+$/, ""))).path,
    // RFC 3986 §2.2: an encoded slash is data to those who split before they decode; so is a backslash.
    splitFirst(raw),
    // Dot segments and empty segments kept as names (RFC 3986 §6.2.2.3 leaves that to a normalisation step).
    unresolved(raw),
    unresolved(raw.replaceAll(/;[^/]*/g, "")),
    // NFKC folds full-width letters and slashes into ASCII.
    canonicalPath(escapeOnce(deep.normalize("NFKC"))).path,
  ];
  return [...new Set(candidates)].filter((path) => path !== once);
}

function decodedThrough(raw: string): string {
  let text = raw;
  for (let times = 0; times < mostDecodings; times++) {
    const next = decodeLoosely(text);
    if (next === text) break;
    text = next;
  }
  return text;
}

/** As the laxest decoders do: `%uXXXX` of old IIS, and UTF-8 in more bytes than needed (forbidden by RFC 3629 §3). */
function decodeLoosely(text: string): string {
  const units = text.replaceAll(/%u([0-9a-f]{4})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const { bytes } = decodePercent(units, false);
  const shortest = bytes.replaceAll(/\xc0([\x80-\xbf])|\xc1([\x80-\xbf])|\xe0\x80([\x80-\xbf])/g, shorten);
  return utf8Text(shortest).text;
}

function shorten(_: string, low?: string, high?: string, long?: string): string {
  const code = ((low ?? high ?? long)?.charCodeAt(0) ?? 0) & 0x3f;
  return String.fromCharCode(high === undefined ? code : code | 0x40);
}

/** Makes decoded text a target again of which one decoding gives back the text. */
function escapeOnce(text: string): string {
  return (text.startsWith("/") ? text : `/${text}`)
    .replaceAll("%", "%25")
    .replaceAll("?", "%3F")
    .replaceAll("#", "%23");
}

/** Segments first, then decoding: what an encoded slash or backslash parts stays together, shown as it was sent. */
function splitFirst(raw: string): string {
  const kept = raw.replaceAll(/%(?=2f|5c)/gi, "%25").replaceAll("\\", "%255C");
  return canonicalPath(kept).path;
}

function unresolved(raw: string): string {
  const { bytes } = decodePercent(raw.replaceAll("\\", "/"), false);
  return utf8Text(bytes).text;
}

/** Names under which frameworks let a request override its method (Rack, Symfony, Express, ASP.NET, Google). */
const overrideHeaders: ReadonlySet<string> = new Set([
  "x-http-method-override",
  "x-http-method",
  "x-method-override",
]);
const overrideName = "_method";

/** True when a field of the request, or perhaps its query, names another method. Asked of every request. */
export function mayOverrideMethod(lowerNames: readonly string[], query: string): boolean {
  for (const name of lowerNames) {
    // All of them begin with "x-" and end in "d" or "e"; most names fail at the first letter.
    if (name.charCodeAt(0) === 0x78 && name.length >= 13 && overrideHeaders.has(name)) return true;
  }
  return query !== "" && (query.includes(overrideName) || query.includes("%"));
}

/** Where a method may be named beside the request line. */
export interface MethodSources {
  readonly method: string;
  readonly lowerNames: readonly string[];
  readonly values: readonly string[];
  readonly queryPairs: readonly QueryPair[];
  readonly document: BodyDocument | undefined;
}

/** Methods at the most: who names more of them wants to be stopped. */
const mostMethods = 4;

/** The other methods that the request names, upper case, each once; what is no method is left out. */
export function otherMethods(sources: MethodSources): readonly string[] {
  const { method, lowerNames, values, queryPairs, document } = sources;
  const said = values.filter((_, index) => overrideHeaders.has(lowerNames[index] ?? ""));
  const pairs = document?.kind === "form" ? [...queryPairs, ...document.pairs] : queryPairs;
  for (const { name, value } of pairs) if (name.toLowerCase() === overrideName) said.push(value);
  const methods = said.flatMap((text) => text.split(",")).map((text) => text.trim().toUpperCase());
  const others = methods.filter((text) => /^[A-Z]{3,16}$/.test(text) && text !== method);
  return [...new Set(others)].slice(0, mostMethods);
}
