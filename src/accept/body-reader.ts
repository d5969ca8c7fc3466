/** Takes one request's body off the connection by its framing (RFC 9112 §6.2, §7.1). */
import { ChunkedDecoder } from "./chunked-decoder.ts";
import type { RequestHead } from "./request-head.ts";

/** Reads a body with a length or in chunks; made anew for each request. */
export class BodyReader {
  readonly framing: "none" | "length" | "chunked";
  readonly #decoder: ChunkedDecoder | undefined;
  #remaining: number;

  constructor(head: Pick<RequestHead, "isChunked" | "contentLength">) {
    this.#decoder = head.isChunked ? new ChunkedDecoder() : undefined;
    this.#remaining = head.contentLength ?? 0;
    this.framing = head.isChunked ? "chunked" : this.#remaining > 0 ? "length" : "none";
  }

  get isDone(): boolean {
    return this.#decoder ? this.#decoder.isDone : this.#remaining === 0;
  }

  /** Set once the framing is broken. */
  get problem(): string | undefined {
    return this.#decoder?.problem;
  }

  /** Bytes still to come; 0 when chunks do not say. */
  get announcedBytes(): number {
    return this.#remaining;
  }

  /** Splits off the body's data, in one piece and possibly empty; `used` counts the bytes taken from the input. */
  read(input: Buffer): { used: number; data: Buffer } {
    if (this.#decoder) return decodePiece(this.#decoder, input);
    const used = Math.min(input.length, this.#remaining);
    this.#remaining -= used;
    return { used, data: used === input.length ? input : input.subarray(0, used) };
  }
}

/** Decodes and moves the data together: tiny chunks must not cost whoever takes the data a call each. */
function decodePiece(decoder: ChunkedDecoder, input: Buffer): { used: number; data: Buffer } {
  let start = 0;
  let end = 0;
  const used = decoder.decode(input, 0, (data) => {
    const from = data.byteOffset - input.byteOffset;
    if (end === 0) start = from;
    else input.copyWithin(end, from, from + data.length);
    end = (end === 0 ? from : end) + data.length;
  });
  return { used, data: input.subarray(start, end) };
}
