/** The plain answers to messages that are no acceptable requests; they say nothing about what lies behind. */
import type { Refusal } from "./refusal.ts";

const phrases: Record<Refusal["status"], string> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  414: "URI Too Long",
  417: "Expectation Failed",
  431: "Request Header Fields Too Large",
  501: "Not Implemented",
  505: "HTTP Version Not Supported",
};

/** A whole response that ends the connection (RFC 9112 §9.6). */
export function refusalResponse(status: Refusal["status"]): Buffer {
  const body = `${status} ${phrases[status]}\n`;
  const allow = status === 405 ? "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n" : "";
  return Buffer.from(
    `HTTP/1.1 ${status} ${phrases[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n${allow}` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    "latin1",
  );
}
