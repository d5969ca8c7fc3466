/** The reader of origins' response heads (RFC 9112 §4, §6.3): strict, so that no response can be split in two. */
import { isRefusal, parseFieldLines } from "../accept/request-head.ts";

/** How the end of a response's body is found. */
type ResponseFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

/** A response head in the origin's order and case. */
export interface ResponseHead {
  readonly status: number;
  /** The reason phrase as sent, perhaps empty. */
  readonly phrase: string;
  readonly names: readonly string[];
  readonly lowerNames: readonly string[];
  readonly values: readonly string[];
  readonly framing: ResponseFraming;
  /** The origin keeps the connection open afterwards. */
  readonly isPersistent: boolean;
}

/** Bounds of one head. */
export const responseHeadLimits = { bytes: 65_536, fields: 256 } as const;

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;

/** Parses a head without its empty line; a text says what is wrong with it. `method` is the request's. */
export function parseResponseHead(text: string, method: string): ResponseHead | string {
  let lineEnd = text.indexOf("\r\n");
  if (lineEnd < 0) lineEnd = text.length;
  const line = statusLine.exec(text.slice(0, lineEnd));
  if (!line) return "malformed status line";
  const fields = parseFieldLines(text, lineEnd + 2, responseHeadLimits.fields);
  if (isRefusal(fields)) return fields.reason;
  const status = Number(line[2]);
  const isBodyless = method === "HEAD" || status < 200 || status === 204 || status === 304;
  const read = readFields(fields.lowerNames, fields.values, line[1] === "1");
  if (typeof read === "string") return read;
  return {
    status,
    phrase: line[3] ?? "",
    names: fields.names,
    lowerNames: fields.lowerNames,
    values: fields.values,
    framing: isBodyless ? { kind: "none" } : read.framing,
    isPersistent: read.isPersistent,
  };
}

function readFields(
  lowerNames: readonly string[],
  values: readonly string[],
  isHttp11: boolean,
): Pick<ResponseHead, "framing" | "isPersistent"> | string {
  let length: string | undefined;
  let isChunked = false;
  let isPersistent = isHttp11;
  for (let index = 0; index < lowerNames.length; index++) {
    const value = values[index] ?? "";
    switch (lowerNames[index]!) {
      case "content-length":
        if (length !== undefined) return "more than one Content-Length";
        if (!/^\d{1,15}$/.test(value)) return "malformed Content-Length";
        length = value;
        break;
      case "transfer-encoding":
        if (isChunked || value.toLowerCase() !== "chunked" || !isHttp11) return "unusable Transfer-Encoding";
        isChunked = true;
        break;
      case "connection":
        if (/(?:^|[,\s])close(?:$|[,\s])/i.test(value)) isPersistent = false;
        else if (/keep-alive/i.test(value)) isPersistent = true;
        break;
      default:
        break;
    }
  }
  if (isChunked)
    return length === undefined ? { framing: { kind: "chunked" }, isPersistent } : "two framings at once";
  if (length !== undefined) return { framing: { kind: "length", bytes: Number(length) }, isPersistent };
  return { framing: { kind: "close" }, isPersistent: false };
}
