/** Puts frames together and writes them in few, large pieces: each write of its own would be a TLS record. */
import type { ClientSocket } from "../tls/tls-acceptor.ts";
import { type ErrorCode, frameHeaderBytes, frameType } from "./frames.ts";

const bufferBytes = 65_536;
/** Buffers that no connection uses just now. */
const spare: Buffer[] = [];
const maxSpare = 32;

/** A place in the buffer, good until it is written. */
export interface FramePlace {
  readonly turn: number;
  readonly flagsAt: number;
}

/** The sending half of a connection. */
export class FrameWriter {
  readonly #socket: Pick<ClientSocket, "write">;
  #buffer: Buffer | undefined;
  #used = 0;
  /** How often the buffer was written. */
  #turn = 0;
  #backlog: Buffer[] = [];
  #isScheduled = false;
  #isClosed = false;
  /** Bytes that wait for the client. */
  backlogBytes = 0;
  /** Bytes that the client took of them, in all. */
  takenBytes = 0;

  constructor(socket: Pick<ClientSocket, "write">) {
    this.#socket = socket;
  }

  /** All written bytes have been taken by the socket. */
  get isEmpty(): boolean {
    return this.#used === 0 && this.backlogBytes === 0;
  }

  /** Adds a frame whose payload is `payload` from `from` to before `to`; what is small leaves with others. */
  frame(
    type: number,
    flags: number,
    streamId: number,
    payload: Uint8Array,
    from = 0,
    to = payload.length,
  ): FramePlace {
    const length = to - from;
    const at = this.#reserve(frameHeaderBytes + length);
    const buffer = this.#buffer!;
    buffer[at] = length >> 16;
    buffer[at + 1] = length >> 8;
    buffer[at + 2] = length;
    buffer[at + 3] = type;
    buffer[at + 4] = flags;
    buffer.writeUInt32BE(streamId, at + 5);
    buffer.set(
      from === 0 && to === payload.length ? payload : payload.subarray(from, to),
      at + frameHeaderBytes,
    );
    return { turn: this.#turn, flagsAt: at + 4 };
  }

  /** Adds a frame of one 32-bit word: RST_STREAM or WINDOW_UPDATE. */
  word(
    type: typeof frameType.rstStream | typeof frameType.windowUpdate,
    streamId: number,
    word: number,
  ): void {
    wordBytes.writeUInt32BE(word);
    this.frame(type, 0, streamId, wordBytes);
  }

  /** RFC 9113 §6.8. */
  goAway(lastStreamId: number, code: ErrorCode): void {
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(lastStreamId);
    payload.writeUInt32BE(code, 4);
    this.frame(frameType.goaway, 0, 0, payload);
  }

  /** Sets flags of a frame that has not left; false if it has. */
  addFlag(place: FramePlace | undefined, flag: number): boolean {
    if (place?.turn !== this.#turn || !this.#buffer) return false;
    this.#buffer[place.flagsAt]! |= flag;
    return true;
  }

  /** Writes what there is once the callbacks of this turn are done. */
  schedule(): void {
    if (this.#isScheduled || this.#used === 0) return;
    this.#isScheduled = true;
    setImmediate(this.#flushLater);
  }

  readonly #flushLater = () => {
    this.#isScheduled = false;
    this.flush();
  };

  /** Writes what there is. */
  flush(): void {
    const buffer = this.#buffer;
    if (!buffer || this.#used === 0) return;
    const used = this.#used;
    this.#used = 0;
    this.#turn++;
    const written = this.#isClosed || this.backlogBytes > 0 ? 0 : this.#socket.write(buffer, 0, used);
    if (written < 0) this.close();
    else if (written < used && !this.#isClosed) {
      this.#backlog.push(Buffer.from(buffer.subarray(written, used)));
      this.backlogBytes += used - written;
    }
    this.#buffer = undefined;
    if (spare.length < maxSpare) spare.push(buffer);
  }

  /** The socket can take more. */
  drained(): void {
    while (this.#backlog.length > 0) {
      const head = this.#backlog[0]!;
      const written = this.#socket.write(head);
      if (written < 0) {
        this.close();
        return;
      }
      this.takenBytes += written;
      this.backlogBytes -= written;
      if (written < head.length) {
        this.#backlog[0] = head.subarray(written);
        return;
      }
      this.#backlog.shift();
    }
  }

  /** The socket is gone. */
  close(): void {
    this.#isClosed = true;
    this.#backlog = [];
    this.backlogBytes = 0;
  }

  #reserve(bytes: number): number {
    if (this.#used + bytes > bufferBytes) this.flush();
    this.#buffer ??= spare.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    const at = this.#used;
    this.#used += bytes;
    return at;
  }
}

const wordBytes = Buffer.alloc(4);
