/** The strict reader of field lines, for heads of requests and responses and for trailers (RFC 9112 §5). */
import { bad, isRefusal, type Refusal } from "./refusal.ts";

/**
 * What a field is to a proxy: "hop" fields end here (RFC 9110 §7.6.1), "secret" ones hold what a person's session
 * hangs on, and "plain" ones mean nothing to it.
 */
export type FieldRole = "plain" | "secret" | "hop" | "connection" | "length" | "coding" | "host" | "expect";

/** One parsed field line. */
export interface FieldLine {
  /** The line as it was sent, CRLF included. */
  readonly sent: string;
  readonly name: string;
  readonly lowerName: string;
  /** As sent, outer white space removed, one character per byte (latin1). */
  readonly value: string;
  /** The line as it is sent on, CRLF included. */
  readonly text: string;
  readonly role: FieldRole;
  /** What a Connection field names beside "close" and "keep-alive", lower-cased. */
  readonly named: readonly string[];
  /** What a Connection field says of the connection afterwards, if anything (RFC 9112 §9.3). */
  readonly keepsOpen: boolean | undefined;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 §5.5: CR, LF and NUL make a value dangerous; the other controls are refused with them. Tab stays.
const forbiddenInValue = /[\0-\x08\x0a-\x1f\x7f]/;

// RFC 9110 §7.6.1: options name fields of one hop only; naming these would take them from the origin alone.
const endToEndNames = new Set([
  "authorization",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "forwarded",
  "host",
  "transfer-encoding",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
]);

const roles = new Map<string, FieldRole>([
  ["connection", "connection"],
  ["content-length", "length"],
  ["transfer-encoding", "coding"],
  ["host", "host"],
  ["expect", "expect"],
  // RFC 9110 §7.6.1. Upgrade is passed on for those requests alone whose connection may become a tunnel.
  ["keep-alive", "hop"],
  ["proxy-connection", "hop"],
  ["te", "hop"],
  ["upgrade", "hop"],
  ["http2-settings", "hop"],
  // RFC 7838 §3: an origin's other services are not ours, and whoever followed the offer would go around.
  ["alt-svc", "hop"],
  ["alternates", "hop"],
  ["authorization", "secret"],
  ["cookie", "secret"],
  ["proxy-authorization", "secret"],
  ["set-cookie", "secret"],
]);

/** What the field of a lower-case name is to a proxy. */
export function fieldRole(lowerName: string): FieldRole {
  return roles.get(lowerName) ?? "plain";
}

/** True for a field that Connection must not name, since that would take it from the origin alone. */
export function isEndToEnd(lowerName: string): boolean {
  return endToEndNames.has(lowerName);
}

const nameCacheBound = 2048;
const lowerNameOf = new Map<string, string>();

/**
 * Lower-cases a valid field name; undefined when it is no token (RFC 9110 §5.6.2), or when it spells the name
 * of a guarded field with underscores, which origins behind a CGI-like interface cannot tell apart.
 */
export function lowerFieldName(name: string): string | undefined {
  const known = lowerNameOf.get(name);
  if (known !== undefined) return known;
  if (!token.test(name)) return undefined;
  const lower = name.toLowerCase();
  if (lower.includes("_") && endToEndNames.has(lower.replaceAll("_", "-"))) return undefined;
  if (lowerNameOf.size < nameCacheBound && name.length <= 64) lowerNameOf.set(name, lower);
  return lower;
}

/** Fields whose values hardly come again: kept, they would push out those that do. */
const changingNames = new Set([
  "cf-connecting-ip",
  "cf-ray",
  "forwarded",
  "traceparent",
  "true-client-ip",
  "x-forwarded-for",
  "x-real-ip",
  "x-request-id",
]);

/** Most lines of a head have been seen before, word for word; bounded, and emptied when full. */
const lineCache = new Map<string, FieldLine>();
const lineCacheBound = 4096;
const cachedLineLength = 160;

/**
 * Reads field lines from `start` to the end of `text` (lines end in CRLF; the last may do without); strict.
 * `before` are lines that probably come again at the same places: comparing is cheaper than looking up.
 */
export function readFieldLines(
  text: string,
  start: number,
  maxFields: number,
  before: readonly FieldLine[],
): FieldLine[] | Refusal {
  const lines: FieldLine[] = [];
  let position = start;
  while (position < text.length) {
    if (lines.length === maxFields) return { status: 431, reason: "too many fields" };
    const expected = before[lines.length];
    if (expected !== undefined && text.startsWith(expected.sent, position)) {
      lines.push(expected);
      position += expected.sent.length;
      continue;
    }
    let end = text.indexOf("\r\n", position);
    if (end < 0) end = text.length;
    const line = fieldLine(text.slice(position, end));
    if (isRefusal(line)) return line;
    lines.push(line);
    position = end + 2;
  }
  return lines;
}

function fieldLine(text: string): FieldLine | Refusal {
  const known = lineCache.get(text);
  if (known) return known;
  const line = parseFieldLine(text);
  // Secrets are not kept beyond the request.
  if (isRefusal(line) || text.length > cachedLineLength || line.role === "secret") return line;
  if (changingNames.has(line.lowerName)) return line;
  if (lineCache.size >= lineCacheBound) lineCache.clear();
  lineCache.set(text, line);
  return line;
}

/** field-line = field-name ":" OWS field-value OWS (RFC 9112 §5) */
function parseFieldLine(text: string): FieldLine | Refusal {
  const colon = text.indexOf(":");
  if (colon < 0) return bad("field line without a colon (RFC 9112 §5)");
  const name = text.slice(0, colon);
  const lowerName = lowerFieldName(name);
  // Also where obs-fold and white space before the colon end up (RFC 9112 §5.1, §5.2).
  if (lowerName === undefined) return bad("field name is not a token, or disguised (RFC 9112 §5.1)");
  const role = fieldRole(lowerName);
  // Legal (RFC 9110 §5.6.3), but Node for one takes a tab after a length for part of it.
  if ((role === "length" || role === "coding" || role === "host") && /\t *$/.test(text)) {
    return bad("tab after a framing field's value (RFC 9112 §6.3)");
  }
  const value = trimOws(text, colon + 1, text.length);
  if (forbiddenInValue.test(value)) return bad("control character in a field value (RFC 9110 §5.5)");
  const named = role === "connection" ? namedOptions(value) : noOptions;
  const sent = `${text}\r\n`;
  const isNormal = text.length === colon + 2 + value.length && text.charCodeAt(colon + 1) === 0x20;
  const keepsOpen = role === "connection" ? isKeptOpen(value) : undefined;
  const passedOn = isNormal ? sent : `${name}: ${value}\r\n`;
  return { sent, name, lowerName, value, text: passedOn, role, named, keepsOpen };
}

function trimOws(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isOws(text.charCodeAt(from))) from++;
  while (to > from && isOws(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

const noOptions: readonly string[] = [];

function namedOptions(value: string): readonly string[] {
  const named = connectionOptions(value).filter((option) => option !== "close" && option !== "keep-alive");
  return named.length === 0 ? noOptions : named;
}

function isKeptOpen(value: string): boolean | undefined {
  if (/(?:^|[,\s])close(?:$|[,\s])/i.test(value)) return false;
  return /keep-alive/i.test(value) ? true : undefined;
}

/** The options of a Connection value, lower-cased (RFC 9110 §7.6.1). */
export function connectionOptions(value: string): string[] {
  return value
    .toLowerCase()
    .split(",")
    .map((option) => option.trim())
    .filter((option) => option !== "");
}
