/**
 * The head of a response, from its lines to an HPACK block. Nothing is put into the dynamic table, so that a line
 * has the same bytes on every connection and most are encoded once.
 */
import { fieldRole, lowerFieldName } from "../field-lines.ts";
import type { FramePlace, FrameWriter } from "./frame-writer.ts";
import { frameFlag, frameType, maxFrameBytes } from "./frames.ts";
import { encodeHuffman, huffmanLength } from "./huffman.ts";
import { staticNames, staticTable } from "./static-table.ts";

/** A response head as HTTP/2 sends it. */
export interface EncodedHead {
  readonly status: number;
  readonly block: Buffer;
}

const noBytes = Buffer.alloc(0);
const knownLines = new Map<string, Buffer>();
const maxLines = 4_096;
const maxLineLength = 160;

const statusLine = /^HTTP\/1\.1 ([1-9]\d\d)/;
// RFC 9113 §8.2.2: what concerns one connection of HTTP/1.1 has no meaning here.
const connectionFields = new Set([
  "connection",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/** Encodes a head of HTTP/1.1 (latin1, without its empty line); undefined if it has no status line. */
export function encodeResponseHead(head: string): EncodedHead | undefined {
  const status = statusLine.exec(head)?.[1];
  if (status === undefined) return undefined;
  const lineEnd = head.indexOf("\r\n");
  const lines = lineEnd < 0 ? [] : encodedLines(head, lineEnd + 2);
  const parts = [encodedStatus(status), ...lines];
  return { status: Number(status), block: Buffer.concat(parts) };
}

/** What a block's own beginning may take of a frame. */
const prefixRoom = 8;

/** Encodes the lines of a trailer section; undefined if nothing is left of them, or one frame could not take them. */
export function encodeTrailers(lines: string): Buffer | undefined {
  const block = Buffer.concat(encodedLines(lines, 0));
  return block.length === 0 || block.length > maxFrameBytes - prefixRoom ? undefined : block;
}

function encodedLines(text: string, from: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = from; start >= 0 && start < text.length; ) {
    let end = text.indexOf("\r\n", start);
    if (end < 0) end = text.length;
    parts.push(encodedLine(text.slice(start, end)));
    start = end + 2;
  }
  return parts;
}

/**
 * Sends a block as HEADERS and what CONTINUATION it takes (RFC 9113 §6.10); `prefix` comes first. Gives the frame in
 * which END_STREAM may still be set.
 */
export function sendHead(
  writer: FrameWriter,
  streamId: number,
  head: Buffer,
  prefix: Buffer | undefined,
): FramePlace | undefined {
  const block = prefix ? Buffer.concat([prefix, head]) : head;
  if (block.length <= maxFrameBytes)
    return writer.frame(frameType.headers, frameFlag.endHeaders, streamId, block);
  writer.frame(frameType.headers, 0, streamId, block, 0, maxFrameBytes);
  for (let from = maxFrameBytes; from < block.length; from += maxFrameBytes) {
    const to = Math.min(block.length, from + maxFrameBytes);
    const flags = to === block.length ? frameFlag.endHeaders : 0;
    writer.frame(frameType.continuation, flags, streamId, block, from, to);
  }
  return undefined;
}

function encodedStatus(status: string): Buffer {
  return encodedOnce(`:status: ${status}`, () => {
    const index = staticTable.findIndex(([name, value]) => name === ":status" && value === status);
    return index < 0 ? literal(":status", status, false) : Buffer.from([0x80 | (index + 1)]);
  });
}

function encodedLine(line: string): Buffer {
  const known = knownLines.get(line);
  if (known) return known;
  const colon = line.indexOf(":");
  const name = lowerFieldName(line.slice(0, colon));
  if (name === undefined || connectionFields.has(name)) return noBytes;
  const value = line.slice(colon + 1).trim();
  // Secrets are not kept beyond the response, nor compressed where they could be guessed at (RFC 7541 §7.1.3).
  if (fieldRole(name) === "secret") return literal(name, value, true);
  return line.length > maxLineLength
    ? literal(name, value, false)
    : encodedOnce(line, () => literal(name, value, false));
}

function encodedOnce(line: string, encode: () => Buffer): Buffer {
  const known = knownLines.get(line);
  if (known) return known;
  const bytes = encode();
  if (knownLines.size >= maxLines) knownLines.clear();
  knownLines.set(line, bytes);
  return bytes;
}

/** RFC 7541 §6.2.2, §6.2.3. */
function literal(name: string, value: string, isSecret: boolean): Buffer {
  const index = staticNames.get(name) ?? 0;
  const bytes = Buffer.allocUnsafe(name.length + value.length + 12);
  let at = writeInteger(bytes, 0, isSecret ? 0x10 : 0, 4, index);
  if (index === 0) at = writeText(bytes, at, name);
  return bytes.subarray(0, writeText(bytes, at, value));
}

function writeText(bytes: Buffer, at: number, text: string): number {
  const length = huffmanLength(text);
  if (length < text.length) return encodeHuffman(text, bytes, writeInteger(bytes, at, 0x80, 7, length));
  const start = writeInteger(bytes, at, 0, 7, text.length);
  return start + bytes.write(text, start, "latin1");
}

/** RFC 7541 §5.1. */
function writeInteger(bytes: Buffer, at: number, flags: number, prefixBits: number, value: number): number {
  const mask = 2 ** prefixBits - 1;
  if (value < mask) {
    bytes[at] = flags | value;
    return at + 1;
  }
  let position = at;
  bytes[position++] = flags | mask;
  let rest = value - mask;
  for (; rest >= 0x80; rest >>>= 7) bytes[position++] = (rest & 0x7f) | 0x80;
  bytes[position++] = rest;
  return position;
}
