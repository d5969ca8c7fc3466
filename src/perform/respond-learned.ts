/** Gives an answer of a learned form, byte for byte as a genuine one would pass through. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { EdgeRequest } from "../accept/edge-request.ts";
import { type AnswerCoding, type AnswerTemplate, conditionOf } from "./answer-template.ts";
import type { PieceWriter } from "./piece-writer.ts";

/** What a response's declaration replaces. */
export interface AnswerOverrides {
  readonly status: { readonly code: number; readonly phrase: string } | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
}

/** The form that a request gets: one of those that requests like it got, as often as they did. */
export function chooseTemplate(
  templates: readonly AnswerTemplate[],
  condition: string,
  part: number,
): AnswerTemplate | undefined {
  const like = templates.filter((template) => template.seen[condition] !== undefined);
  const among = like.length > 0 ? like : templates;
  const weights = among.map((template) =>
    like.length > 0 ? (template.seen[condition] ?? 0) : sum(Object.values(template.seen)),
  );
  let left = part * sum(weights);
  return among.find((_, index) => (left -= weights[index] ?? 0) < 0) ?? among[0];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Writes the answer. The request's body is read into nothing; HEAD, 204 and 304 get no body. */
export function respondLearned(
  request: EdgeRequest,
  template: AnswerTemplate,
  overrides: AnswerOverrides,
  writer: PieceWriter,
): void {
  const { reply } = request;
  request.body.discard();
  const { code: status, phrase } = overrides.status ?? { code: template.status, phrase: template.phrase };
  const coding = template.coding && isAccepted(request, template.coding) ? template.coding : undefined;
  const plain = Buffer.from(overrides.body ?? writer.text(template.body, "body"), "utf8");
  const isEmpty = status === 204 || status === 304;
  const bytes = coding ? encoded(plain, coding) : plain;
  const isChunked = template.framing === "chunked" && request.httpVersion === 11;
  const isClosed = template.framing === "chunked" && !isChunked;
  if (isClosed) reply.mustClose = true;
  const lines = headerLines(template, overrides, writer, {
    coding: coding !== undefined,
    framing: isClosed ? "" : isChunked ? "Transfer-Encoding: chunked\r\n" : undefined,
    length: isEmpty ? undefined : bytes.length,
  });
  const head = `HTTP/1.1 ${status} ${phrase}\r\n${lines}${reply.mustClose ? "Connection: close\r\n" : ""}\r\n`;
  if (isEmpty || request.method === "HEAD") reply.writeHead(head);
  else reply.writeHead(head, isChunked ? chunkedBody(bytes) : bytes);
  reply.end();
}

interface Framed {
  readonly coding: boolean;
  /** The line in the place of Transfer-Encoding; undefined where the origin told a length. */
  readonly framing: string | undefined;
  readonly length: number | undefined;
}

function headerLines(
  template: AnswerTemplate,
  overrides: AnswerOverrides,
  writer: PieceWriter,
  framed: Framed,
): string {
  const replaced = new Map(overrides.headers.map(([name, value]) => [name.toLowerCase(), value]));
  let lines = "";
  let isFramed = false;
  for (const [index, [name, pieces]] of template.headers.entries()) {
    const lower = name.toLowerCase();
    const own = replaced.get(lower);
    if (lower === "content-length" || lower === "transfer-encoding") {
      lines += framed.framing ?? lengthLine(name, framed.length);
      isFramed = true;
    } else if (lower === "date") lines += `${name}: ${new Date().toUTCString()}\r\n`;
    else if (own !== undefined) {
      lines += fieldLine(name, own);
      replaced.delete(lower);
    } else if (lower !== "content-encoding" || framed.coding) {
      lines += fieldLine(name, writer.text(pieces, `header.${index}`));
    }
  }
  for (const [name, value] of overrides.headers) {
    if (replaced.has(name.toLowerCase())) lines += fieldLine(name, value);
  }
  // An answer whose end a client could not find would keep it waiting (RFC 9112 §6.3).
  return isFramed ? lines : lines + (framed.framing ?? lengthLine("Content-Length", framed.length));
}

function lengthLine(name: string, length: number | undefined): string {
  if (length === undefined) return "";
  return `${name.toLowerCase() === "content-length" ? name : "Content-Length"}: ${length}\r\n`;
}

/** What a request submitted may stand in a field: a line break in it must never become a new field. */
function fieldLine(name: string, value: string): string {
  return `${name}: ${value.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, " ")}\r\n`;
}

function isAccepted(request: EdgeRequest, coding: AnswerCoding): boolean {
  return conditionOf(undefined, request.header("accept-encoding")).split(" ").includes(coding);
}

/** Bodies are at most 256 KiB, learned from at most 64 KiB on the wire. */
function encoded(bytes: Buffer, coding: AnswerCoding): Buffer {
  switch (coding) {
    case "gzip":
      return gzipSync(bytes);
    case "br":
      return brotliCompressSync(bytes);
    case "zstd":
      return zstdCompressSync(bytes);
    case "deflate":
      return deflateSync(bytes);
  }
}

/** RFC 9112 §7.1. */
function chunkedBody(bytes: Buffer): Buffer {
  const last = Buffer.from("0\r\n\r\n");
  if (bytes.length === 0) return last;
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n"), last]);
}
