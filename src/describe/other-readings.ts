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

/** The other canonical paths that a target may stand for, each once; some thirty at the most. Meant for targets that are not plain. */
export function otherPaths(target: string): readonly string[] {
  const mark = target.indexOf("?");
  const raw = mark < 0 ? target : target.slice(0, mark);
  if (raw === "*") return [];
  const canonical = canonicalPath(raw).path;
  const levels = decodings(raw);
  const last = levels.at(-1) ?? raw;
  const texts = new Set([
    ...levels,
    // NFKC folds full-width letters and slashes into ASCII.
    last.normalize("NFKC"),
    // Decoded, a query or fragment would begin here.
    last.split(/[?#]/)[0] ?? "",
    // C strings end at NUL.
    ...levels.map((text) => text.split("\0")[0] ?? ""),
  ]);
  const paths = new Set<string>();
  for (const text of texts) {
    const target = escapeOnce(text);
    paths.add(canonicalPath(target).path);
    // A backslash and a semicolon may be data.
    const kept = target.replaceAll("\\", "%255C");
    paths.add(canonicalPath(kept).path);
    if (text.includes(";")) {
      paths.add(canonicalPath(target.replaceAll(";", "%3B")).path);
      paths.add(canonicalPath(kept.replaceAll(";", "%3B")).path);
    }
  }
  // Windows drops dots and spaces at the end.
  const trimmed = Array.from(paths, (path) => path.replace(/[\s./]+$/, "") || "/");
  for (const path of trimmed) paths.add(path);
  paths.add(splitFirst(raw));
  // Dot segments and empty segments kept as names (RFC 3986 §6.2.2.3 leaves that to a normalisation step).
  paths.add(unresolved(raw)).add(unresolved(raw.replaceAll(/;[^/]*/g, "")));
  paths.delete(canonical);
  return [...paths];
}

/** Decoded once, twice, and so on, as long as that changes something. */
function decodings(raw: string): string[] {
  const texts: string[] = [];
  for (let text = raw; texts.length < mostDecodings; ) {
    const next = decodeLoosely(text);
    if (next === text) break;
    texts.push(next);
    text = next;
  }
  return texts.length > 0 ? texts : [raw];
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
const isOverrideLength = new Uint8Array(32);
for (const { length } of overrideHeaders) isOverrideLength[length] = 1;
const overrideName = "_method";

/** True when a field of the request, or perhaps its query, names another method. Asked of every request. */
export function mayOverrideMethod(lowerNames: readonly string[], query: string): boolean {
  for (let index = 0; index < lowerNames.length; index++) {
    const name = lowerNames[index]!;
    // Few names are as long as one of them, and nothing else has to be read of the others.
    if (isOverrideLength[name.length] === 1 && overrideHeaders.has(name)) return true;
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
