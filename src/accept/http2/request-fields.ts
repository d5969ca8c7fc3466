/**
 * From a decoded field block to a request head. What is malformed in HTTP/2 is found here; everything else is read by
 * the reader of HTTP/1.1, from the text that the request would have there, so that both have one reading.
 */
import { bad, isRefusal, type Refusal } from "../refusal.ts";
import { type FieldSectionMemo, headLimits, parseRequestHead, type RequestHead } from "../request-head.ts";
import type { DecodedFields } from "./field-decoder.ts";

/** RFC 9113 §8.1.1: the stream is reset with PROTOCOL_ERROR. */
export interface Malformed {
  readonly malformed: string;
}

/** A request's head and what only HTTP/2 shows. */
export interface Http2Head {
  readonly head: RequestHead;
  /** First letters of the pseudo-headers as sent: `m,a,s,p`. */
  readonly pseudoOrder: string;
}

// RFC 9113 §8.2.2.
const connectionFields = new Set([
  "connection",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);
// RFC 9113 §8.2.1: a line break in a value would become a field of its own further on.
const forbiddenInValue = /^[ \t]|[ \t]$|[\0\r\n]/;
const forbiddenInName = /[A-Z:\0-\x20\x7f-\xff]/;
const forbiddenInPseudo = /[\0-\x20\x7f-\xff]/;

const pseudoLetters = new Map([
  [":method", "m"],
  [":authority", "a"],
  [":scheme", "s"],
  [":path", "p"],
]);

/** Reads the heads of one connection; equal field sections share their lists. */
export class RequestFields {
  #memo: FieldSectionMemo | undefined;

  /** Reads one field section; it never throws. */
  read(fields: DecodedFields): Http2Head | Refusal | Malformed {
    const pseudo = readPseudo(fields);
    if (isMalformed(pseudo)) return pseudo;
    const lines = regularLines(fields, pseudo);
    if (isMalformed(lines)) return lines;
    if (fields.isCut || lines.text.length > headLimits.bytes)
      return { status: 431, reason: "field section too large (RFC 9113 §10.5.1)" };
    const { method, authority, path } = pseudo;
    // RFC 9113 §8.5: no tunnels here either.
    if (method === "CONNECT") return { status: 405, reason: "CONNECT is not offered" };
    if (path === undefined || pseudo.scheme === undefined)
      return malformed("a pseudo-header is missing (RFC 9113 §8.3.1)");
    if (!path.startsWith("/") && path !== "*") return malformed(":path in no known form (RFC 9113 §8.3.1)");
    if (lines.hosts > 1) return bad("more than one Host (RFC 9110 §7.2)");
    if (
      authority !== undefined &&
      lines.host !== undefined &&
      authority.toLowerCase() !== lines.host.toLowerCase()
    )
      return bad(":authority and Host differ (RFC 9113 §8.3.1)");
    const host = authority === undefined ? "" : `host: ${authority}\r\n`;
    const parsed = parseRequestHead(`${method} ${path} HTTP/1.1\r\n${host}${lines.text}`, this.#memo);
    if (isRefusal(parsed)) return parsed;
    this.#memo = parsed.memo;
    return { head: { ...parsed.head, httpVersion: 20 }, pseudoOrder: pseudo.order };
  }
}

/** True for what the stream is reset for. */
export function isMalformed(result: object): result is Malformed {
  return "malformed" in result;
}

function malformed(reason: string): Malformed {
  return { malformed: reason };
}

interface Pseudo {
  readonly count: number;
  readonly order: string;
  readonly method: string;
  readonly authority: string | undefined;
  readonly scheme: string | undefined;
  readonly path: string | undefined;
}

function readPseudo({ names, values }: DecodedFields): Pseudo | Malformed {
  const found = new Map<string, string>();
  let order = "";
  let count = 0;
  for (; names[count]?.startsWith(":"); count++) {
    const name = names[count]!;
    const letter = pseudoLetters.get(name);
    if (letter === undefined) return malformed("unknown pseudo-header (RFC 9113 §8.3)");
    if (found.has(name)) return malformed("a pseudo-header twice (RFC 9113 §8.3)");
    const value = values[count]!;
    if (value === "" || forbiddenInPseudo.test(value))
      return malformed("bad pseudo-header value (RFC 9113 §8.3.1)");
    found.set(name, value);
    order += order === "" ? letter : `,${letter}`;
  }
  const method = found.get(":method");
  const scheme = found.get(":scheme");
  if (method === undefined) return malformed("no :method (RFC 9113 §8.3.1)");
  if (scheme !== undefined && scheme !== "https" && scheme !== "http")
    return malformed("unknown :scheme (RFC 9113 §8.3.1)");
  return { count, order, method, scheme, authority: found.get(":authority"), path: found.get(":path") };
}

interface RegularLines {
  readonly text: string;
  readonly host: string | undefined;
  readonly hosts: number;
}

/** RFC 9113 §8.2.3: the crumbs of a cookie are joined where the first stood. */
function regularLines(
  { names, values }: DecodedFields,
  { count, authority }: Pseudo,
): RegularLines | Malformed {
  const cookie = joinedCookie(names, values);
  let isCookieDue = true;
  let host: string | undefined;
  let hosts = 0;
  let text = "";
  for (let index = count; index < names.length; index++) {
    const name = names[index]!;
    let value = values[index]!;
    const problem = fieldProblem(name, value);
    if (problem !== undefined) return malformed(problem);
    if (name === "host") {
      hosts++;
      host = value;
      if (authority !== undefined) continue;
    }
    if (name === "cookie" && cookie !== undefined) {
      if (!isCookieDue) continue;
      isCookieDue = false;
      value = cookie;
    }
    text += `${name}: ${value}\r\n`;
  }
  return { text, host, hosts };
}

/** Undefined when nothing needs joining. */
function joinedCookie(names: readonly string[], values: readonly string[]): string | undefined {
  const first = names.indexOf("cookie");
  if (first < 0 || names.indexOf("cookie", first + 1) < 0) return undefined;
  return values.filter((_, index) => names[index] === "cookie").join("; ");
}

/** What makes a field line malformed in a head or a trailer (RFC 9113 §8.2); undefined when nothing does. */
export function fieldProblem(name: string, value: string): string | undefined {
  if (name.startsWith(":")) return "a pseudo-header after a field or in a trailer (RFC 9113 §8.3)";
  if (name === "" || forbiddenInName.test(name))
    return "forbidden character in a field name (RFC 9113 §8.2.1)";
  if (forbiddenInValue.test(value)) return "forbidden character in a field value (RFC 9113 §8.2.1)";
  if (connectionFields.has(name)) return "a connection-specific field (RFC 9113 §8.2.2)";
  if (name === "te" && value.toLowerCase() !== "trailers") return "TE other than trailers (RFC 9113 §8.2.2)";
  return undefined;
}
