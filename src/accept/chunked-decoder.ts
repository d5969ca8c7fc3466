/** A strict, incremental decoder of the chunked transfer coding (RFC 9112 §7.1), for requests and responses. */
import { readFieldLines } from "./field-lines.ts";
import { isRefusal } from "./refusal.ts";

/** Bounds of one chunked body's overhead: a size line with its extensions, and the trailer section. */
const chunkLimits = { sizeLineBytes: 256, trailerBytes: 8192, trailerFields: 32 } as const;

type Step = "size" | "data" | "dataEnd" | "trailer" | "done";

// RFC 9110 §6.5.1: a trailer must not frame, route or end the connection; some readers would take these for header fields.
const forbiddenTrailers = new Set(["connection", "content-length", "transfer-encoding", "host"]);

// chunk-size [ chunk-ext ] (RFC 9112 §7.1.1), without the "bad" white space that senders must not use. 12 hex digits
// stay far below 2^53.
const sizeLine =
  /^([0-9a-fA-F]{1,12})(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)*$/;

/** Decodes one body; make a new one for the next. Extensions are checked and dropped. */
export class ChunkedDecoder {
  #step: Step = "size";
  #remaining = 0;
  #line = "";
  #trailerBytes = 0;
  #trailerFields = 0;
  /** Set once the framing is broken; nothing more can be decoded then. */
  problem: string | undefined;
  /** The trailer fields that end-to-end recipients may see, as lines with their CRLF. */
  trailers = "";

  get isDone(): boolean {
    return this.#step === "done";
  }

  /**
   * Decodes from `offset`, giving data to `emit` as views of `input`; returns the offset after the last byte
   * used. Stops at the body's end, at the input's end, or at a problem.
   */
  decode(input: Buffer, offset: number, emit: (data: Buffer) => void): number {
    let position = offset;
    while (position < input.length && this.#step !== "done" && this.problem === undefined) {
      if (this.#step === "data") {
        const end = Math.min(input.length, position + this.#remaining);
        this.#remaining -= end - position;
        emit(input.subarray(position, end));
        position = end;
        if (this.#remaining === 0) this.#step = "dataEnd";
      } else position = this.#takeLine(input, position);
    }
    return position;
  }

  #takeLine(input: Buffer, position: number): number {
    const bound = this.#step === "trailer" ? chunkLimits.trailerBytes : chunkLimits.sizeLineBytes;
    const lineFeed = input.indexOf(10, position);
    const end = lineFeed < 0 ? input.length : lineFeed + 1;
    if (this.#line.length + (end - position) > bound) {
      this.problem = "chunk framing line too long (RFC 9112 §7.1.1)";
      return position;
    }
    this.#line += input.toString("latin1", position, end);
    if (lineFeed >= 0) this.#finishLine();
    // The data of a chunk is over: anything but CR, LF cannot become right by waiting.
    else if (this.#step === "dataEnd" && this.#line !== "\r")
      this.problem = "chunk data without CRLF (RFC 9112 §7.1)";
    return end;
  }

  #finishLine(): void {
    const line = this.#line;
    this.#line = "";
    // RFC 9112 §2.2: a bare LF ends no line here.
    if (!line.endsWith("\r\n")) this.problem = "bare LF in chunked framing (RFC 9112 §7.1)";
    else if (this.#step === "size") this.#startChunk(line.slice(0, -2));
    else if (this.#step === "dataEnd") {
      if (line === "\r\n") this.#step = "size";
      else this.problem = "chunk data without CRLF (RFC 9112 §7.1)";
    } else this.#takeTrailer(line);
  }

  #startChunk(line: string): void {
    const match = sizeLine.exec(line);
    if (!match) {
      this.problem = "malformed chunk size (RFC 9112 §7.1)";
      return;
    }
    this.#remaining = Number.parseInt(match[1] ?? "", 16);
    this.#step = this.#remaining === 0 ? "trailer" : "data";
  }

  #takeTrailer(line: string): void {
    if (line === "\r\n") {
      this.#step = "done";
      return;
    }
    this.#trailerBytes += line.length;
    this.#trailerFields++;
    const fields = readFieldLines(line, 0, 1, []);
    if (isRefusal(fields)) this.problem = `trailer: ${fields.reason}`;
    else if (forbiddenTrailers.has(fields[0]?.lowerName ?? ""))
      this.problem = "a trailer that frames, routes or ends the connection (RFC 9110 §6.5.1)";
    else if (
      this.#trailerBytes > chunkLimits.trailerBytes ||
      this.#trailerFields > chunkLimits.trailerFields
    ) {
      this.problem = "trailer section too large (RFC 9112 §7.1.2)";
    } else if (fields[0]?.role === "plain") this.trailers += fields[0].text;
  }
}
