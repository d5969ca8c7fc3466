/** What comes in on a connection within its window, and when the client gets room for more (RFC 9113 §5.2). */

import type { FrameWriter } from "./frame-writer.ts";
import { frameType } from "./frames.ts";
import type { Http2Stream } from "./http2-stream.ts";
import { http2Limits } from "./limits.ts";

/** Keeps the connection's receiving window. */
export class Inflow {
  readonly #writer: FrameWriter;
  #window: number = http2Limits.connectionWindow;
  #uncredited = 0;

  constructor(writer: FrameWriter) {
    this.#writer = writer;
  }

  /** A DATA frame begins; false when it overruns the window (RFC 9113 §6.9.1). */
  take(length: number): boolean {
    this.#window -= length;
    return this.#window >= 0;
  }

  /** Bytes are out of the way; a WINDOW_UPDATE goes out when half a window has come together. */
  credit(bytes: number): void {
    this.#uncredited += bytes;
    if (this.#uncredited < http2Limits.connectionWindow / 2) return;
    this.#writer.word(frameType.windowUpdate, 0, this.#uncredited);
    this.#window += this.#uncredited;
    this.#uncredited = 0;
  }

  /** The same for a stream, which must have sent them. */
  creditStream(stream: Http2Stream, bytes: number): void {
    this.credit(bytes);
    stream.uncredited += bytes;
    if (stream.hasClientEnded || stream.uncredited < http2Limits.streamWindow / 2) return;
    this.#writer.word(frameType.windowUpdate, stream.id, stream.uncredited);
    stream.window += stream.uncredited;
    stream.uncredited = 0;
  }
}
