/** One reading of a request-target's path, so that a spelling cannot slip past a route that a policy protects. */
import { decodePercent, utf8Text } from "./percent-decoding.ts";

/** A path as routes match it. */
export interface CanonicalPath {
  /** Decoded once, slashes merged, dot segments resolved, matrix parameters removed; "*" stays "*". */
  readonly path: string;
  /** What follows the first "?", as sent; "" when there is none. */
  readonly query: string;
  /** True where an origin could read another path than this one, so that forwarding needs a second thought. */
  readonly ambiguous: boolean;
  /** True when the path was sent in this form. */
  readonly isAsSent: boolean;
}

/** The canonical form of an origin-form target (RFC 9112 §3.2.1, RFC 3986 §6.2); never throws. */
export function canonicalPath(target: string): CanonicalPath {
  const plain = plainLength(target);
  if (plain === target.length) return { path: target, query: "", ambiguous: false, isAsSent: true };
  const mark = plain < 0 ? target.indexOf("?") : plain;
  const raw = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark + 1);
  if (plain >= 0) return { path: raw, query, ambiguous: false, isAsSent: true };
  if (raw === "*") return { path: raw, query, ambiguous: mark >= 0, isAsSent: true };
  const { path, ambiguous: isMixed } = canonicalize(raw);
  // Windows drops dots and spaces at the end of a name.
  const ambiguous = isMixed || /[\s.]$/.test(path);
  return { path, query, ambiguous, isAsSent: path === raw && !ambiguous };
}

const [slash, dot, backslash, question] = [0x2f, 0x2e, 0x5c, 0x3f];
/** What a character of a path may be: at home anywhere, never behind a slash, its end, or nothing that is plain. */
const [anywhere, notBehindSlash, end, notPlain] = [0, 1, 2, 3];
const ascii = 0x80;
const kinds = new Uint8Array(ascii).fill(notPlain, 0, 0x21);
for (const code of [0x23, 0x25, 0x3b, backslash, 0x7f]) kinds[code] = notPlain;
kinds[slash] = notBehindSlash;
kinds[dot] = notBehindSlash;
kinds[question] = end;

/** The length of a target's path that is in canonical form as it stands; -1 of any other. */
function plainLength(target: string): number {
  if (target.charCodeAt(0) !== slash) return -1;
  let at = 1;
  for (; at < target.length; at++) {
    const code = target.charCodeAt(at);
    const kind = code < ascii ? kinds[code] : notPlain;
    if (kind === anywhere) continue;
    if (kind === end) break;
    if (kind === notPlain || target.charCodeAt(at - 1) === slash) return -1;
  }
  return target.charCodeAt(at - 1) === dot ? -1 : at;
}

function canonicalize(raw: string): { path: string; ambiguous: boolean } {
  // A client that sends no leading slash, a fragment, a backslash or a control character speaks no HTTP URI
  // (RFC 3986 §3.3); servers mend it in different ways.
  let ambiguous = raw.charCodeAt(0) !== slash || hasUnsafeCharacter(raw);
  const kept: string[] = [];
  let endsInSlash = false;
  for (const segment of raw.replaceAll("\\", "/").split("/")) {
    endsInSlash = false;
    const parameters = segment.indexOf(";");
    const decoded = decodeSegment(parameters < 0 ? segment : segment.slice(0, parameters));
    ambiguous ||= decoded.ambiguous;
    // An encoded slash or backslash was reported as ambiguous; read as a separator it cannot hide a route.
    for (const part of decoded.text.split(/[/\\]/)) {
      const isDots = part === "." || part === "..";
      // "..;" is ".." to servlet containers and a name to others; so is "%2e." to some.
      ambiguous ||= isDots && (parameters >= 0 || decoded.text !== segment);
      ambiguous ||= part === ".." && kept.length === 0;
      if (part === "..") kept.pop();
      else if (part !== "" && part !== ".") kept.push(part);
      endsInSlash = part === "" || isDots;
    }
  }
  const path = kept.length === 0 ? "/" : `/${kept.join("/")}${endsInSlash ? "/" : ""}`;
  return { path, ambiguous };
}

function decodeSegment(segment: string): { text: string; ambiguous: boolean } {
  const decoded = decodePercent(segment, false);
  const utf8 = utf8Text(decoded.bytes);
  const ambiguous =
    decoded.isMalformed ||
    !utf8.isValid ||
    // Decoding again would change it ("%252e"), or a decoded separator, parameter or control character is data
    // to one reader and syntax to another.
    (segment.includes("%") &&
      (/%[0-9a-fA-F]{2}|[/;]/.test(utf8.text) || hasUnsafeCharacter(utf8.text, true)));
  return { text: utf8.text, ambiguous };
}

function hasUnsafeCharacter(text: string, isDecoded = false): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f || code === backslash) return true;
    if (!isDecoded && (code === 0x20 || code === 0x23)) return true;
  }
  return false;
}
