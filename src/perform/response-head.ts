/** The reader of origins' response heads (RFC 9112 §4, §6.3): strict, so that no response can be split in two. */
import { type FieldLine, readFieldLines } from "../accept/field-lines.ts";
import { isRefusal } from "../accept/refusal.ts";

/** How the end of a response's body is found. */
type ResponseFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

interface StatusLine {
  /** As sent, CRLF included. */
  readonly sent: string;
  /** As it is sent on, CRLF included. */
  readonly text: string;
  readonly isHttp11: boolean;
  readonly status: number;
}

/** How the body's end is shown to the client. */
export type ClientFraming = "as-is" | "chunk" | "close";

/** A head for the client, and what it depends on beside the origin's. */
interface PassedHead {
  readonly framing: ClientFraming;
  readonly mustClose: boolean;
  readonly text: string;
}

/** A response head, its fields in the origin's order and case. */
export interface ResponseHead {
  readonly status: number;
  readonly statusLine: StatusLine;
  readonly lines: readonly FieldLine[];
  readonly framing: ResponseFraming;
  /** A field sets a cookie. */
  readonly hasSecret: boolean;
  /** The origin keeps the connection open afterwards. */
  readonly isPersistent: boolean;
  /** The head as a client got it last, for when this one comes again. */
  passedOn: PassedHead | undefined;
}

/** Bounds of one head, and of the interim ones before it. */
export const responseHeadLimits = { bytes: 65_536, fields: 256, interims: 32 } as const;

const statusLineSyntax = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const noLines: readonly FieldLine[] = [];

/**
 * Parses a head, the CRLF of its last line included, its empty line not; a text says what is wrong with it.
 * `method` is the request's; `before` an earlier head of the same origin, which this one probably resembles.
 */
export function parseResponseHead(
  text: string,
  method: string,
  before?: ResponseHead,
): ResponseHead | string {
  const statusLine =
    before && text.startsWith(before.statusLine.sent) ? before.statusLine : readStatusLine(text);
  if (!statusLine) return "malformed status line";
  const start = statusLine.sent.length;
  const lines = readFieldLines(text, start, responseHeadLimits.fields, before?.lines ?? noLines);
  if (isRefusal(lines)) return lines.reason;
  const { status } = statusLine;
  const isBodyless = method === "HEAD" || status < 200 || status === 204 || status === 304;
  return readFraming(statusLine, lines, isBodyless);
}

function readStatusLine(text: string): StatusLine | undefined {
  const end = text.indexOf("\r\n");
  const line = statusLineSyntax.exec(text.slice(0, end));
  if (end < 0 || !line) return undefined;
  const sent = text.slice(0, end + 2);
  const [, minor, status, phrase] = line;
  return {
    sent,
    text: `HTTP/1.1 ${status ?? ""} ${phrase ?? ""}\r\n`,
    isHttp11: minor === "1",
    status: Number(status),
  };
}

const noBody: ResponseFraming = { kind: "none" };
const chunkedBody: ResponseFraming = { kind: "chunked" };
const closedBody: ResponseFraming = { kind: "close" };

function readFraming(
  statusLine: StatusLine,
  lines: readonly FieldLine[],
  isBodyless: boolean,
): ResponseHead | string {
  const { status, isHttp11 } = statusLine;
  let length: string | undefined;
  let isChunked = false;
  let isPersistent = isHttp11;
  let hasSecret = false;
  for (const { role, value, keepsOpen } of lines) {
    switch (role) {
      case "length":
        if (length !== undefined) return "more than one Content-Length";
        if (!/^\d{1,15}$/.test(value)) return "malformed Content-Length";
        length = value;
        break;
      case "coding":
        if (isChunked || value.toLowerCase() !== "chunked" || !isHttp11) return "unusable Transfer-Encoding";
        isChunked = true;
        break;
      case "connection":
        isPersistent = keepsOpen ?? isPersistent;
        break;
      case "secret":
        hasSecret = true;
        break;
      case "hop":
      case "host":
      case "expect":
      case "plain":
        break;
    }
  }
  if (isChunked && length !== undefined) return "two framings at once";
  const framing = isBodyless ? noBody : bodyFraming(isChunked, length);
  return {
    status,
    statusLine,
    lines,
    framing,
    hasSecret,
    isPersistent: isPersistent && framing !== closedBody,
    passedOn: undefined,
  };
}

function bodyFraming(isChunked: boolean, length: string | undefined): ResponseFraming {
  if (isChunked) return chunkedBody;
  return length === undefined ? closedBody : { kind: "length", bytes: Number(length) };
}
