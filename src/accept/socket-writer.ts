/** Writes to one Bun socket with backpressure: short writes are kept and go out when the socket drains. */
import type { Socket } from "bun";

/** Bytes kept for a slow peer before writers are told to wait. */
const highWaterBytes = 262_144;

/** The part of a Bun socket that writing needs. */
export type WritableSocket = Pick<Socket<unknown>, "write" | "shutdown">;

/** One direction of a connection. */
export class SocketWriter {
  readonly #socket: WritableSocket;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #endsWhenDrained = false;
  #isClosed = false;
  /** Called when the queue has emptied after `write` returned false. */
  onDrain: (() => void) | undefined;
  /** Called when all is written and FIN is sent. */
  onEnded: (() => void) | undefined;

  constructor(socket: WritableSocket) {
    this.#socket = socket;
  }

  /** Bytes waiting for the peer. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Writes or queues; false tells the caller to wait for `onDrain`. Nothing is written after `end` or `close`. */
  write(bytes: Uint8Array): boolean {
    if (this.#isClosed || this.#endsWhenDrained) return true;
    if (this.#queue.length === 0) {
      const written = this.#socket.write(bytes);
      if (written === bytes.length) return true;
      if (written < 0) {
        this.close();
        return true;
      }
      this.#enqueue(written === 0 ? bytes : bytes.subarray(written));
    } else this.#enqueue(bytes);
    return this.#queuedBytes < highWaterBytes;
  }

  /** The socket can take more. */
  drained(): void {
    while (this.#queue.length > 0) {
      const head = this.#queue[0]!;
      const written = this.#socket.write(head);
      if (written < 0) {
        this.close();
        return;
      }
      this.#queuedBytes -= written;
      if (written < head.length) {
        this.#queue[0] = head.subarray(written);
        return;
      }
      this.#queue.shift();
    }
    if (this.#endsWhenDrained) this.#finish();
    else this.onDrain?.();
  }

  /** Sends FIN after all that is queued. */
  end(): void {
    if (this.#isClosed || this.#endsWhenDrained) return;
    this.#endsWhenDrained = true;
    if (this.#queue.length === 0) this.#finish();
  }

  /** Forgets the queue; the socket is gone. */
  close(): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.onDrain = undefined;
  }

  #enqueue(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
  }

  #finish(): void {
    this.#isClosed = true;
    // Only the sending half: a full close with unread input would make the kernel reset what was sent.
    this.#socket.shutdown();
    this.onEnded?.();
  }
}
