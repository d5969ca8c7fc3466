/**
 * The strict reader of HTTP/1.1 request heads. A message that two readers could understand differently is
 * refused here, so that no later stage and no origin ever sees it (RFC 9112, RFC 9110; smuggling).
 */
import {
  connectionOptions,
  type FieldLine,
  isEndToEnd,
  lowerFieldName,
  readFieldLines,
} from "./field-lines.ts";
import { parseIpAddress } from "./ip-address.ts";
import { bad, isRefusal, type Refusal } from "./refusal.ts";

/** A request head as sent, with what the framing needs already understood. */
export interface RequestHead {
  readonly method: string;
  /** Origin-form or "*". */
  readonly target: string;
  /** 10 or 11; 20 when HTTP/2 carried it. */
  readonly httpVersion: 10 | 11 | 20;
  readonly names: readonly string[];
  readonly lowerNames: readonly string[];
  readonly values: readonly string[];
  readonly host: string;
  /** Bytes; undefined when the request has no Content-Length. */
  readonly contentLength: number | undefined;
  readonly isChunked: boolean;
  readonly expectsContinue: boolean;
  /** The client lets the connection live on (RFC 9112 §9.3). */
  readonly isPersistent: boolean;
}

/** Bounds of one head. */
export const headLimits = { bytes: 32_768, targetBytes: 16_384, fields: 128, methodBytes: 32 } as const;

// RFC 9112 §3.2: no fragment; RFC 3986: printable ASCII only.
const forbiddenInTarget = /[^\x21\x22\x24-\x7e]/;
// RFC 9110 §7.2: a name or IPv4 address, or a bracketed IPv6 literal; then a port. RFC 3986 §3.2.2 would allow
// sub-delims and percent-encoding in names: no real host has them, and readers differ in what they make of them.
const hostSyntax = /^(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[([0-9A-Fa-f:.]+)\])(?::(\d{1,5}))?$/;
const absoluteForm = /^https?:\/\/([^/?]*)(.*)$/i;

/** Methods whose other spellings are refused: methods are case-sensitive (RFC 9110 §9.1), but not to every origin. */
const standardMethods = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "PATCH",
  "CONNECT",
  "TRACE",
  "PRI",
]);

/**
 * RFC 9110 §9.3.6, §9.3.8: no tunnels, and TRACE would show clients the fields added for the origin. RFC 9113 §11.6: PRI
 * is no request's, and some origins would go on in HTTP/2 after it.
 */
const unofferedMethods = new Set(["CONNECT", "TRACE", "PRI"]);

/** Three parallel lists of fields. */
interface Fields {
  readonly names: string[];
  readonly lowerNames: string[];
  readonly values: string[];
}

function listsOf(lines: readonly FieldLine[]): Fields {
  return {
    names: lines.map((line) => line.name),
    lowerNames: lines.map((line) => line.lowerName),
    values: lines.map((line) => line.value),
  };
}

interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly httpVersion: 10 | 11;
  /** The authority of an absolute-form target. */
  readonly authority: string | undefined;
}

/** The method before `end`; the two that nearly all requests have are not cut out of the text. */
function methodOf(text: string, end: number): string {
  if (end === 3 && text.startsWith("GET")) return "GET";
  if (end === 4 && text.startsWith("POST")) return "POST";
  return text.slice(0, end);
}

function versionOf(text: string, start: number, end: number): 10 | 11 | undefined {
  if (end - start !== 8 || !text.startsWith("HTTP/1.", start)) return undefined;
  const minor = text.charCodeAt(end - 1);
  if (minor === 49) return 11;
  return minor === 48 ? 10 : undefined;
}

/** request-line = method SP request-target SP HTTP-version (RFC 9112 §3); ends before `end`. */
function parseRequestLine(text: string, end: number): RequestLine | Refusal {
  const first = text.indexOf(" ");
  const second = text.indexOf(" ", first + 1);
  if (first < 1 || second < 0 || second >= end || second === first + 1) {
    return bad("malformed request line (RFC 9112 §3)");
  }
  const method = methodOf(text, first);
  const isStandard = standardMethods.has(method);
  if (!isStandard && (method.length > headLimits.methodBytes || lowerFieldName(method) === undefined)) {
    return bad("method is not a token (RFC 9110 §9.1)");
  }
  const httpVersion = versionOf(text, second + 1, end);
  if (httpVersion === undefined) {
    return /^HTTP\/\d\.\d$/.test(text.slice(second + 1, end))
      ? { status: 505, reason: "HTTP version not supported (RFC 9112 §2.3)" }
      : bad("malformed HTTP version (RFC 9112 §2.3)");
  }
  if (unofferedMethods.has(method)) return { status: 405, reason: `${method} is not offered` };
  if (!isStandard && standardMethods.has(method.toUpperCase())) {
    return { status: 501, reason: "method in another case (RFC 9110 §9.1)" };
  }
  const target = text.slice(first + 1, second);
  if (target.length > headLimits.targetBytes) return { status: 414, reason: "request-target too long" };
  if (forbiddenInTarget.test(target)) return bad("forbidden character in the request-target (RFC 9112 §3.2)");
  if (target.startsWith("/")) return { method, target, httpVersion, authority: undefined };
  return parseUnusualTarget(method, target, httpVersion);
}

function parseUnusualTarget(method: string, target: string, httpVersion: 10 | 11): RequestLine | Refusal {
  if (target === "*") {
    return method === "OPTIONS"
      ? { method, target, httpVersion, authority: undefined }
      : bad("asterisk-form without OPTIONS (RFC 9112 §3.2.4)");
  }
  // RFC 9112 §3.2.2: absolute-form must be accepted; the origin gets origin-form.
  const absolute = absoluteForm.exec(target);
  if (!absolute) return bad("request-target in no known form (RFC 9112 §3.2)");
  const path = absolute[2] ?? "";
  // RFC 9112 §3.2.4: without a path, OPTIONS asks about the server as a whole.
  if (method === "OPTIONS" && path === "")
    return { method, target: "*", httpVersion, authority: absolute[1] ?? "" };
  const originForm = path.startsWith("/") ? path : `/${path}`;
  return { method, target: originForm, httpVersion, authority: absolute[1] ?? "" };
}

/** What a request line is refused for, whatever follows it; undefined when it is good. */
export function requestLineProblem(line: string): Refusal | undefined {
  const result = parseRequestLine(line, line.length);
  return isRefusal(result) ? result : undefined;
}

/** What the fields say about framing and the connection; starts neutral, one field at a time. */
interface Framing {
  host: string | undefined;
  contentLength: number | undefined;
  isChunked: boolean;
  expectsContinue: boolean;
  isPersistent: boolean;
}

/** The field section of a connection's last head: clients tend to send the same one again. */
export interface FieldSectionMemo {
  readonly text: string;
  readonly httpVersion: 10 | 11;
  readonly lines: readonly FieldLine[];
  readonly fields: Fields;
  readonly framing: Framing;
}

/** Longer sections are not remembered: ten thousand idle connections hold one each. */
const memoLength = 2_048;

/** A parsed head and what the next one of the same connection may reuse. */
export interface ParsedHead {
  readonly head: RequestHead;
  readonly memo: FieldSectionMemo | undefined;
}

/**
 * Parses a head: everything before the empty line; the last line may come with or without its CRLF.
 * Equal field sections share their parsed lists.
 */
export function parseRequestHead(text: string, last?: FieldSectionMemo): ParsedHead | Refusal {
  let lineEnd = text.indexOf("\r\n");
  if (lineEnd < 0) lineEnd = text.length;
  const line = parseRequestLine(text, lineEnd);
  if (isRefusal(line)) return line;
  const start = lineEnd + 2;
  const isSame = last !== undefined && last.text.length === text.length - start && text.endsWith(last.text);
  if (isSame && fits(last, line)) return { head: headOf(line, last.fields, last.framing), memo: last };
  const lines = readFieldLines(text, start, headLimits.fields, last?.lines ?? noLines);
  if (isRefusal(lines)) return lines;
  // Behind a front it is often the client's address alone that differs from the last request.
  const like = last !== undefined && fits(last, line) && isAlike(last.lines, lines) ? last : undefined;
  const framing = like?.framing ?? readFraming(line, lines);
  if (isRefusal(framing)) return framing;
  const fields = like ? { ...like.fields, values: lines.map((each) => each.value) } : listsOf(lines);
  const memo =
    text.length - start > memoLength
      ? undefined
      : { text: text.slice(start), httpVersion: line.httpVersion, lines, fields, framing };
  return { head: headOf(line, fields, framing), memo };
}

const noLines: readonly FieldLine[] = [];

/** The same fields but for values that mean nothing to the framing. */
function isAlike(before: readonly FieldLine[], lines: readonly FieldLine[]): boolean {
  if (before.length !== lines.length) return false;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const old = before[index]!;
    if (line === old) continue;
    if (line.name !== old.name || (line.role !== "plain" && line.role !== "secret")) return false;
  }
  return true;
}

/** Framing depends on the version, and an authority is compared with Host. */
function fits({ httpVersion }: FieldSectionMemo, line: RequestLine): boolean {
  return httpVersion === line.httpVersion && line.authority === undefined;
}

/** The head of a request line before a field section that is equal to the last; undefined where it must be parsed anew. */
export function headBefore(last: FieldSectionMemo, requestLine: string): RequestHead | Refusal | undefined {
  const line = parseRequestLine(requestLine, requestLine.length);
  if (isRefusal(line)) return line;
  return fits(last, line) ? headOf(line, last.fields, last.framing) : undefined;
}

function headOf(line: RequestLine, fields: Fields, framing: Framing): RequestHead {
  return {
    method: line.method,
    target: line.target,
    httpVersion: line.httpVersion,
    names: fields.names,
    lowerNames: fields.lowerNames,
    values: fields.values,
    host: framing.host ?? "",
    contentLength: framing.contentLength,
    isChunked: framing.isChunked,
    expectsContinue: framing.expectsContinue,
    isPersistent: framing.isPersistent,
  };
}

function readFraming(line: RequestLine, lines: readonly FieldLine[]): Framing | Refusal {
  const framing: Framing = {
    host: undefined,
    contentLength: undefined,
    isChunked: false,
    expectsContinue: false,
    isPersistent: line.httpVersion === 11,
  };
  for (const field of lines) {
    const problem = readFramingField(framing, field, line.httpVersion);
    if (problem) return problem;
  }
  // RFC 9112 §6.3: both lengths at once is how requests are smuggled.
  if (framing.isChunked && framing.contentLength !== undefined) {
    return bad("Content-Length with Transfer-Encoding (RFC 9112 §6.3)");
  }
  if (framing.host === undefined && line.httpVersion === 11) return bad("no Host (RFC 9112 §3.2)");
  if (line.authority !== undefined && line.authority.toLowerCase() !== framing.host?.toLowerCase()) {
    return bad("absolute-form names another authority than Host (RFC 9112 §3.2.2)");
  }
  return framing;
}

function readFramingField(
  framing: Framing,
  { role, value }: FieldLine,
  httpVersion: 10 | 11,
): Refusal | undefined {
  switch (role) {
    case "host":
      if (framing.host !== undefined) return bad("more than one Host (RFC 9112 §3.2)");
      if (!isHost(value)) return bad("malformed Host (RFC 9110 §7.2)");
      framing.host = value;
      return undefined;
    case "length":
      if (framing.contentLength !== undefined) return bad("more than one Content-Length (RFC 9112 §6.3)");
      return readContentLength(framing, value);
    case "coding":
      if (httpVersion === 10) return bad("Transfer-Encoding on HTTP/1.0 (RFC 9112 §6.1)");
      return readTransferEncoding(framing, value);
    case "connection":
      return readConnectionOptions(framing, value);
    case "expect":
      if (value.toLowerCase() !== "100-continue")
        return { status: 417, reason: "unknown expectation (RFC 9110 §10.1.1)" };
      framing.expectsContinue = httpVersion === 11;
      return undefined;
    case "hop":
    case "secret":
    case "plain":
      return undefined;
  }
}

function isHost(value: string): boolean {
  const match = hostSyntax.exec(value);
  if (!match) return false;
  const [, ipv6, port] = match;
  if (port !== undefined && Number(port) > 65_535) return false;
  return ipv6 === undefined || (ipv6.includes(":") && parseIpAddress(ipv6) !== undefined);
}

function readContentLength(framing: Framing, value: string): Refusal | undefined {
  // A list of equal lengths may be repaired by RFC 9110 §8.6; refusing it is the other permitted choice. Zeros in
  // front are legal too, but nobody sends them, and some readers would take them for octal.
  if (!/^(?:0|[1-9]\d*)$/.test(value)) return bad("malformed Content-Length (RFC 9110 §8.6)");
  if (value.length > 15) return { status: 413, reason: "Content-Length beyond every bound (RFC 9110 §8.6)" };
  framing.contentLength = Number(value);
  return undefined;
}

function readTransferEncoding(framing: Framing, value: string): Refusal | undefined {
  if (framing.isChunked) return bad("more than one Transfer-Encoding (RFC 9112 §6.1)");
  if (value.toLowerCase() === "chunked") {
    framing.isChunked = true;
    return undefined;
  }
  // RFC 9112 §6.1, §6.3: an unknown coding under a final chunked gets 501; everything else has no certain end.
  const isUnknown = /^(?!chunked)[!#$%&'*+\-.^_`|~0-9a-z]+[ \t]*,[ \t]*chunked$/i.test(value);
  return isUnknown
    ? { status: 501, reason: "unknown transfer coding (RFC 9112 §6.1)" }
    : bad("malformed Transfer-Encoding (RFC 9112 §6.1)");
}

function readConnectionOptions(framing: Framing, value: string): Refusal | undefined {
  for (const option of connectionOptions(value)) {
    if (option === "close") framing.isPersistent = false;
    if (isEndToEnd(option)) return bad("Connection names an end-to-end field (RFC 9110 §7.6.1)");
  }
  return undefined;
}
