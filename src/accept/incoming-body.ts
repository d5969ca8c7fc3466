/** The body of one request on its way from the client's socket to whoever wants it. */
import type { BodySink, RequestBody } from "./request-body.ts";

/** How the body reaches back to its connection. */
export interface BodySource {
  pause(): void;
  resume(): void;
  /** Called once when somebody first wants the body: the moment for "100 Continue" (RFC 9110 §10.1.1). */
  wanted(): void;
  /** Called when an unfinished body is given up before anybody wanted it. */
  unwanted(): void;
}

/** Bytes held for a body that nobody has asked for yet; then the client is paused. */
const unaskedBytes = 65_536;

type Mode = "unasked" | "buffering" | "piping" | "discarding";

/** Buffers, pipes or discards; the connection pushes decoded data in. */
export class IncomingBody implements RequestBody {
  readonly framing: "none" | "length" | "chunked";
  readonly length: number | undefined;
  readonly #source: BodySource;
  #mode: Mode = "unasked";
  #chunks: Uint8Array[] = [];
  #heldBytes = 0;
  #limit = unaskedBytes;
  #sink: BodySink | undefined;
  #wake: (() => void) | undefined;
  #wasWanted = false;
  /** All of it has arrived. */
  isEnded: boolean;
  isAborted = false;
  /** Bytes received so far. */
  receivedBytes = 0;

  constructor(framing: "none" | "length" | "chunked", length: number | undefined, source: BodySource) {
    this.framing = framing;
    this.length = length;
    this.#source = source;
    this.isEnded = framing === "none";
  }

  get buffered(): Uint8Array | undefined {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0];
  }

  get isWhole(): boolean {
    return this.isEnded && (this.#heldBytes === this.receivedBytes || this.receivedBytes === 0);
  }

  /** Takes decoded data from the connection. */
  push(chunk: Uint8Array): void {
    this.receivedBytes += chunk.length;
    if (this.#mode === "discarding") return;
    if (this.#sink) {
      if (!this.#sink.data(chunk)) this.#source.pause();
      return;
    }
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > this.#limit) {
      this.#source.pause();
      this.#release();
    }
  }

  /** The connection saw the end of the body. */
  finish(): void {
    this.isEnded = true;
    this.#release();
    this.#sink?.end();
  }

  /** The client is gone or broke its framing. */
  abort(): void {
    if (this.isEnded || this.isAborted) return;
    this.isAborted = true;
    this.#release();
    this.#sink?.abort();
  }

  buffer(limit: number): Promise<void> {
    this.#want();
    if (this.isEnded || this.isAborted || this.#heldBytes > limit) return Promise.resolve();
    this.#mode = "buffering";
    this.#limit = limit;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#source.resume();
    return promise;
  }

  pipe(sink: BodySink): void {
    this.#want();
    this.#mode = "piping";
    this.#sink = sink;
    let mayGoOn = true;
    for (const chunk of this.#chunks) mayGoOn = sink.data(chunk) && mayGoOn;
    this.#chunks = [];
    if (this.isEnded) sink.end();
    else if (this.isAborted) sink.abort();
    else if (mayGoOn) this.#source.resume();
  }

  resume(): void {
    this.#source.resume();
  }

  discard(): void {
    if (!this.isEnded && !this.#wasWanted) this.#source.unwanted();
    this.#wasWanted = true;
    this.#mode = "discarding";
    this.#sink = undefined;
    this.#chunks = [];
    this.#heldBytes = 0;
    if (!this.isEnded) this.#source.resume();
  }

  #want(): void {
    if (this.#wasWanted) return;
    this.#wasWanted = true;
    if (!this.isEnded) this.#source.wanted();
  }

  #release(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
