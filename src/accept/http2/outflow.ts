/** What goes out on a connection: windows, and turns of the streams that have something to send (RFC 9113 §5.2). */

import type { FramePlace, FrameWriter } from "./frame-writer.ts";
import { frameFlag, frameType, initialWindow, maxFrameBytes, maxWindow } from "./frames.ts";
import { http2Limits } from "./limits.ts";

/** What a stream has to send. */
export class SendQueue {
  readonly streamId: number;
  window: number;
  /** Bytes that wait here, not counting what was handed to the socket. */
  queuedBytes = 0;
  /** Bytes handed on, in all. */
  sentBytes = 0;
  /** END_STREAM follows the last byte. */
  isEnding = false;
  isDone = false;
  /** A field block that follows the last byte. */
  trailers: Buffer | undefined;
  /** The last frame, in which END_STREAM may still be set. */
  lastFrame: FramePlace | undefined;
  readonly #parts: Uint8Array[] = [];
  #first = 0;

  constructor(streamId: number, window: number) {
    this.streamId = streamId;
    this.window = window;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.queuedBytes += bytes.length;
  }

  /** The first part and where its unsent bytes begin. */
  get part(): Uint8Array {
    return this.#parts[0]!;
  }

  get from(): number {
    return this.#first;
  }

  consume(count: number): void {
    this.queuedBytes -= count;
    this.sentBytes += count;
    this.#first += count;
    if (this.#first < this.part.length) return;
    this.#parts.shift();
    this.#first = 0;
  }

  clear(): void {
    this.#parts.length = 0;
    this.#first = 0;
    this.queuedBytes = 0;
  }
}

/** The streams' common way out. */
export class Outflow {
  readonly #writer: FrameWriter;
  readonly #sent: (queue: SendQueue) => void;
  readonly #blockPrefix: () => Buffer | undefined;
  /** Streams with something to send and a window for it, in turn. */
  readonly #ready = new Set<SendQueue>();
  #window = initialWindow;
  /** What new streams may send. */
  streamWindow = initialWindow;

  /** `sent` is told of a queue that has handed on bytes, or its end; `blockPrefix` gives what a field block must begin with. */
  constructor(writer: FrameWriter, sent: (queue: SendQueue) => void, blockPrefix: () => Buffer | undefined) {
    this.#writer = writer;
    this.#sent = sent;
    this.#blockPrefix = blockPrefix;
  }

  /** Sends what it can of a queue that has grown or is to end. */
  offer(queue: SendQueue): void {
    if (queue.isDone) return;
    if (queue.queuedBytes > 0) {
      if (queue.window > 0) this.#ready.add(queue);
      this.pump();
    } else if (queue.isEnding) this.#end(queue);
  }

  forget(queue: SendQueue): void {
    this.#ready.delete(queue);
    queue.clear();
  }

  /** Raises the connection's window; false when it overflows (RFC 9113 §6.9.1). */
  raise(increment: number): boolean {
    this.#window += increment;
    if (this.#window > maxWindow) return false;
    this.pump();
    return true;
  }

  /** Changes a stream's window; false when it overflows. */
  raiseStream(queue: SendQueue, change: number): boolean {
    queue.window += change;
    if (queue.window > maxWindow) return false;
    if (queue.window > 0 && queue.queuedBytes > 0) this.#ready.add(queue);
    else this.#ready.delete(queue);
    return true;
  }

  /** One frame of each ready stream after the other, while client and connection take more. */
  pump(): void {
    for (const queue of this.#ready) {
      if (this.#window <= 0 || this.#writer.backlogBytes >= http2Limits.socketBacklog) return;
      this.#ready.delete(queue);
      this.#sendFrame(queue);
      // At the end of the line, where this loop meets it again.
      if (queue.queuedBytes > 0 && queue.window > 0) this.#ready.add(queue);
      if (queue.queuedBytes === 0 && queue.isEnding) this.#end(queue);
      else this.#sent(queue);
    }
  }

  #sendFrame(queue: SendQueue): void {
    const { part, from } = queue;
    const size = Math.min(part.length - from, queue.window, this.#window, maxFrameBytes);
    queue.lastFrame = this.#writer.frame(frameType.data, 0, queue.streamId, part, from, from + size);
    queue.window -= size;
    this.#window -= size;
    queue.consume(size);
  }

  #end(queue: SendQueue): void {
    queue.isDone = true;
    const { trailers } = queue;
    if (trailers) {
      const flags = frameFlag.endHeaders | frameFlag.endStream;
      // RFC 7541 §4.2: trailers may be the first block after the client has changed its table's size.
      const prefix = this.#blockPrefix();
      const block = prefix ? Buffer.concat([prefix, trailers]) : trailers;
      this.#writer.frame(frameType.headers, flags, queue.streamId, block);
    } else if (!this.#writer.addFlag(queue.lastFrame, frameFlag.endStream))
      this.#writer.frame(frameType.data, frameFlag.endStream, queue.streamId, nothing);
    this.#sent(queue);
  }
}

const nothing = new Uint8Array(0);
