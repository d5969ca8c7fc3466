/** The heads that Sallyport writes: requests to origins and responses to clients, hop-by-hop fields left out. */

import type { Cidr } from "../accept/cidr.ts";
import { isTrusted } from "../accept/client-address.ts";
import type { EdgeRequest } from "../accept/edge-request.ts";
import { connectionOptions, type FieldLine, fieldRole } from "../accept/field-lines.ts";
import type { ResponseHead } from "./response-head.ts";

/** Fields that Sallyport itself tells the origin; what a client sent under these names is not passed on. */
const ownPrefix = "sallyport-";

/** The field names that this message's Connection field keeps to one hop; undefined when there are none. */
function namedOptions(lowerNames: readonly string[], values: readonly string[]): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (let index = 0; index < lowerNames.length; index++) {
    if (lowerNames[index] !== "connection") continue;
    for (const option of connectionOptions(values[index] ?? "")) {
      if (option !== "close" && option !== "keep-alive") (named ??= new Set()).add(option);
    }
  }
  return named;
}

/**
 * The head for the origin: the client's fields in their order and case, then X-Forwarded-For, X-Forwarded-Proto,
 * Via (RFC 9110 §7.6.3), Sallyport-Request-Id and, with marks, Sallyport-Mark. X-Forwarded-* of a peer that is no trusted front is dropped.
 * A client of HTTP/1.0 may name no host; servers refuse HTTP/1.1 without one, so it gets `authority`, the origin's own.
 */
export function requestHeadForOrigin(
  request: EdgeRequest,
  requestId: string,
  trusted: readonly Cidr[],
  authority: string,
  marks?: readonly string[],
): string {
  const { connection, values } = request;
  const memo = connection.forwardMemo;
  const isSame = memo?.values === values && memo.authority === authority;
  const fields = isSame ? memo.fields : fieldsForOrigin(request, trusted, authority);
  if (!isSame) connection.forwardMemo = { values, authority, fields };
  const marked = marks ? `Sallyport-Mark: ${marks.join(", ")}\r\n` : "";
  return `${request.method} ${request.target} HTTP/1.1\r\n${fields}Sallyport-Request-Id: ${requestId}\r\n${marked}\r\n`;
}

/** The field lines that depend on the client's fields and connection alone. */
function fieldsForOrigin(request: EdgeRequest, trusted: readonly Cidr[], authority: string): string {
  const { lowerNames, names, values } = request;
  const named = namedOptions(lowerNames, values);
  const isFronted = trusted.length > 0 && isTrusted(request.connection.peer, trusted);
  let head = "";
  let forwardedFor = "";
  let hasProto = false;
  for (let index = 0; index < names.length; index++) {
    const lower = lowerNames[index]!;
    const role = fieldRole(lower);
    if (role === "hop" || role === "connection" || role === "expect" || named?.has(lower)) continue;
    if (lower.startsWith(ownPrefix)) continue;
    if (lower.startsWith("x-forwarded-") || lower === "forwarded") {
      if (!isFronted) continue;
      if (lower === "x-forwarded-for") {
        forwardedFor = forwardedFor === "" ? values[index]! : `${forwardedFor}, ${values[index]!}`;
        continue;
      }
      if (lower === "x-forwarded-proto") hasProto = true;
    }
    head += `${names[index]!}: ${values[index]!}\r\n`;
  }
  if (request.host === "" && !lowerNames.includes("host")) head += `Host: ${authority}\r\n`;
  const peer = request.connection.peer.text;
  head += `X-Forwarded-For: ${forwardedFor === "" ? peer : `${forwardedFor}, ${peer}`}\r\n`;
  if (!hasProto) head += `X-Forwarded-Proto: ${request.connection.scheme}\r\n`;
  return `${head}Via: ${request.httpVersion === 11 ? "1.1" : "1.0"} sallyport\r\n`;
}

/** How the body's end is shown to the client. */
export type ClientFraming = "as-is" | "chunk" | "close";

/** The head for the client: the origin's fields in their order and case, framed for what the client understands. */
export function responseHeadForClient(
  head: ResponseHead,
  framing: ClientFraming,
  mustClose: boolean,
): string {
  let text = head.statusLine.text;
  const named = namedByConnection(head.lines);
  for (const line of head.lines) {
    const { role } = line;
    if (role === "connection" || role === "hop" || named?.has(line.lowerName)) continue;
    if (role === "coding" && framing === "close") continue;
    text += line.text;
  }
  if (framing === "chunk" && head.framing.kind !== "chunked") text += "Transfer-Encoding: chunked\r\n";
  return mustClose ? `${text}Connection: close\r\n\r\n` : `${text}\r\n`;
}

function namedByConnection(lines: readonly FieldLine[]): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (const line of lines) {
    if (line.named.length > 0) named = new Set([...(named ?? []), ...line.named]);
  }
  return named;
}
