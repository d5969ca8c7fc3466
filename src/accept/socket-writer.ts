/** Writes to one Bun socket with backpressure: short writes are kept and go out when the socket drains. */
import type { Socket } from "bun";

/** Bytes kept for a slow peer before writers are told to wait. */
const highWaterBytes = 262_144;
/** Writes below this size are copied together while they wait, so that many tiny ones do not cost a buffer each. */
const smallBytes = 2_048;
const sharedBytes = 16_384;

/** Where heads and small bodies are put together; a write copies from it before it returns. */
const scratch = Buffer.allocUnsafeSlow(32_768);
const noBytes = Buffer.alloc(0);

/** The part of a Bun socket that writing needs. */
export type WritableSocket = Pick<Socket<unknown>, "write" | "shutdown">;

/** One direction of a connection. */
export class SocketWriter {
  readonly #socket: WritableSocket;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #takenBytes = 0;
  /** The buffer at the queue's end that small writes are copied into, and how much of it is used. */
  #shared: Uint8Array<ArrayBuffer> | undefined;
  #sharedUsed = 0;
  #hasRefused = false;
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

  /** Bytes that the peer took of what had to wait, in all. */
  get takenBytes(): number {
    return this.#takenBytes;
  }

  /** The peer has not taken what was written: wait for `onDrain` before making more. */
  get isCongested(): boolean {
    return this.#queuedBytes >= highWaterBytes;
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
    if (this.isCongested) this.#hasRefused = true;
    return !this.isCongested;
  }

  /**
   * Writes a head (latin1) and the bytes of `body` from `from` to before `to` as one; as `write`. What lies in `body`
   * before `from` is nobody's any more: the head is put there if it fits, so that no byte of the body is copied.
   */
  writeHead(head: string, body: Buffer = noBytes, from = 0, to = body.length): boolean {
    const size = head.length + to - from;
    const hasRoom = from >= head.length;
    const isDirect = this.#queue.length === 0 && !this.#isClosed && !this.#endsWhenDrained;
    if (!isDirect || (!hasRoom && size > scratch.length)) {
      this.write(Buffer.from(head, "latin1"));
      return from === to ? !this.isCongested : this.write(body.subarray(from, to));
    }
    const bytes = hasRoom ? body : scratch;
    const start = hasRoom ? from - head.length : 0;
    bytes.write(head, start, "latin1");
    if (!hasRoom) body.copy(scratch, head.length, from, to);
    const written = this.#socket.write(bytes, start, size);
    if (written === size) return true;
    if (written < 0) {
      this.close();
      return true;
    }
    const rest = bytes.subarray(start + written, start + size);
    // The scratch buffer serves every connection, so what waits must be copied out of it.
    this.#enqueue(hasRoom ? rest : Buffer.from(rest));
    if (this.isCongested) this.#hasRefused = true;
    return !this.isCongested;
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
      this.#takenBytes += written;
      this.#queuedBytes -= written;
      if (written < head.length) {
        this.#queue[0] = head.subarray(written);
        return;
      }
      this.#queue.shift();
    }
    this.#shared = undefined;
    if (this.#endsWhenDrained) this.#finish();
    else if (this.#hasRefused) {
      this.#hasRefused = false;
      this.onDrain?.();
    }
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
    this.#shared = undefined;
    this.onDrain = undefined;
  }

  #enqueue(bytes: Uint8Array): void {
    this.#queuedBytes += bytes.length;
    if (bytes.length >= smallBytes) {
      this.#queue.push(bytes);
      this.#shared = undefined;
    } else this.#enqueueSmall(bytes);
  }

  #enqueueSmall(bytes: Uint8Array): void {
    const room = this.#shared ? this.#shared.length - this.#sharedUsed : 0;
    if (!this.#shared || room < bytes.length) {
      this.#shared = new Uint8Array(sharedBytes);
      this.#sharedUsed = 0;
      this.#queue.push(this.#shared.subarray(0, 0));
    }
    this.#shared.set(bytes, this.#sharedUsed);
    this.#sharedUsed += bytes.length;
    const last = this.#queue.length - 1;
    const from = this.#queue[last]!.byteOffset;
    this.#queue[last] = new Uint8Array(this.#shared.buffer, from, this.#sharedUsed - from);
  }

  #finish(): void {
    this.#isClosed = true;
    // Only the sending half: a full close with unread input would make the kernel reset what was sent.
    this.#socket.shutdown();
    this.onEnded?.();
  }
}
