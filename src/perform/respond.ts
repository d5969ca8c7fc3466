/** Responses that Sallyport gives by itself: blocks, lies, and the pages for a dead origin. */
import type { EdgeRequest } from "../accept/edge-request.ts";

const phrases: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  410: "Gone",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** The reason phrase of a status (RFC 9110 §15); "" for those that are never given. */
export function phraseOf(status: number): string {
  return phrases[status] ?? "";
}

/** Field values come from policies and from here, but a line break in one must never become a new field. */
const lineBreak = /[\r\n\0]/g;

/** Answers without the origin. The request's body is read into nothing; HEAD, 204 and 304 get no body. */
export function respond(
  request: EdgeRequest,
  status: number,
  headers: readonly (readonly [string, string])[],
  body: string,
): void {
  const { reply } = request;
  request.body.discard();
  const bytes = Buffer.from(body, "utf8");
  const isBodyless = status === 204 || status === 304;
  let head = `HTTP/1.1 ${status} ${phrases[status] ?? ""}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value.replace(lineBreak, " ")}\r\n`;
  if (!isBodyless) head += `Content-Length: ${bytes.length}\r\n`;
  head += `Date: ${httpDate()}\r\n${reply.mustClose ? "Connection: close\r\n" : ""}\r\n`;
  reply.write(Buffer.from(head, "utf8"));
  if (!isBodyless && request.method !== "HEAD" && bytes.length > 0) reply.write(bytes);
  reply.end();
}

let dateSecond = 0;
let dateText = "";

/** The current time as an IMF-fixdate (RFC 9110 §5.6.7), made once a second. */
function httpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}

const plainText = ["Content-Type", "text/plain; charset=utf-8"] as const;
const noStore = ["Cache-Control", "no-store"] as const;

/** A block: says that the request was stopped, the id under which the operator finds why and, of a rate, when to come again. */
export function respondBlocked(
  request: EdgeRequest,
  status: number,
  requestId: string,
  retryAfterMs?: number,
): void {
  const body = `${status === 429 ? "Too many requests" : "Request blocked"}.\nReference: ${requestId}\n`;
  // RFC 9110 §10.2.3: whole seconds.
  const again =
    retryAfterMs === undefined ? [] : [["Retry-After", String(Math.ceil(retryAfterMs / 1000))] as const];
  respond(request, status, [plainText, noStore, ["Sallyport-Request-Id", requestId], ...again], body);
}

/** A plain page for what went wrong on our side or the origin's (RFC 9110 §15.6). */
export function respondFailed(request: EdgeRequest, status: 500 | 502 | 503 | 504, requestId: string): void {
  const body = `${status} ${phrases[status]}\nThe service cannot answer right now. Reference: ${requestId}\n`;
  // RFC 9110 §15.6.4.
  const again = status === 503 ? [["Retry-After", "5"] as const] : [];
  respond(request, status, [plainText, noStore, ["Sallyport-Request-Id", requestId], ...again], body);
}
