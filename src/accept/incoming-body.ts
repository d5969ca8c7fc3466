/** The body of one request on its way from the client's socket to whoever wants it. */
import { PendingBytes } from "./pending-bytes.ts";
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

/** The body of a request without one: there is nothing to wait for, so one serves them all. */
export const emptyBody: RequestBody = Object.freeze<RequestBody>({
  framing: "none",
  length: undefined,
  buffered: undefined,
  isWhole: true,
  receivedBytes: 0,
  buffer: () => Promise.resolve(),
  pipe: (sink) => sink.end(),
  resume: () => undefined,
  discard: () => undefined,
});

/** Bytes held for a body that nobody has asked for yet; then the client is paused. */
const unaskedBytes = 65_536;

/** Buffers, pipes or discards; the connection pushes decoded data in. After its end it never touches its source. */
export class IncomingBody implements RequestBody {
  readonly framing: "none" | "length" | "chunked";
  readonly length: number | undefined;
  readonly #source: BodySource;
  readonly #held = new PendingBytes();
  #limit = unaskedBytes;
  #isBuffering = false;
  #isDiscarding = false;
  #sink: BodySink | undefined;
  #filled: PromiseWithResolvers<void> | undefined;
  /** Somebody has asked for it, or given it up. */
  isAsked = false;
  /** All of it has arrived. */
  isEnded: boolean;
  /** Nothing more comes, and it is not whole. */
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
    return this.#held.view;
  }

  get isWhole(): boolean {
    return this.isEnded && this.#held.length === this.receivedBytes;
  }

  /** Takes decoded data from the connection. */
  push(chunk: Uint8Array): void {
    // An empty chunk would end a body that its sink writes in chunks.
    if (chunk.length === 0 || this.isAborted) return;
    this.receivedBytes += chunk.length;
    if (this.#isDiscarding) return;
    if (this.#sink) {
      if (!this.#sink.data(chunk) && this.#sink) this.#pause();
      return;
    }
    this.#held.append(chunk);
    if (this.#held.length > this.#limit) {
      this.#pause();
      this.#release();
    }
  }

  /** The connection saw the end of the body. */
  finish(): void {
    if (this.#isOver) return;
    this.isEnded = true;
    this.#release();
    this.#takeSink()?.end();
  }

  /** The client is gone or broke its framing. */
  abort(): void {
    if (this.#isOver) return;
    this.isAborted = true;
    this.#release();
    this.#takeSink()?.abort();
  }

  /** The response is over before the body: whoever takes it has lost interest and is told nothing more. */
  abandon(): void {
    if (this.#isOver) return;
    this.isAborted = true;
    this.#sink = undefined;
    this.#held.clear();
    this.#release();
  }

  buffer(limit: number): Promise<void> {
    this.#want();
    this.#isBuffering = true;
    this.#limit = limit;
    if (this.#isOver || this.#sink || this.#isDiscarding || this.#held.length > limit)
      return Promise.resolve();
    this.#filled ??= Promise.withResolvers<void>();
    this.#source.resume();
    return this.#filled.promise;
  }

  pipe(sink: BodySink): void {
    this.#want();
    this.#sink = sink;
    const held = this.#held.view;
    const mayGoOn = held ? sink.data(held) : true;
    // What was buffered on purpose stays readable: facts of the body may be asked for after it was forwarded.
    if (!this.#isBuffering) this.#held.clear();
    // The sink may have ended everything while it took the data.
    if (this.#sink !== sink) return;
    if (this.isEnded) this.#takeSink()?.end();
    else if (this.isAborted) this.#takeSink()?.abort();
    else if (!mayGoOn) this.#pause();
    else this.#source.resume();
  }

  resume(): void {
    if (!this.#isOver) this.#source.resume();
  }

  discard(): void {
    this.#sink = undefined;
    this.#isDiscarding = true;
    if (!this.#isBuffering) this.#held.clear();
    const isFirst = !this.isAsked;
    this.isAsked = true;
    if (this.#isOver) return;
    if (isFirst) this.#source.unwanted();
    this.#release();
    this.#source.resume();
  }

  get #isOver(): boolean {
    return this.isEnded || this.isAborted;
  }

  /** Each sink is told of the end once. */
  #takeSink(): BodySink | undefined {
    const sink = this.#sink;
    this.#sink = undefined;
    return sink;
  }

  #pause(): void {
    if (!this.#isOver) this.#source.pause();
  }

  #want(): void {
    if (this.isAsked) return;
    this.isAsked = true;
    if (!this.#isOver) this.#source.wanted();
  }

  #release(): void {
    this.#filled?.resolve();
    this.#filled = undefined;
  }
}
