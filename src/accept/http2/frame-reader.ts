/** Takes frames off a connection's bytes (RFC 9113 §4.1). Bodies pass through as views; nothing whole is copied. */
import {
  type ConnectionFault,
  errorCode,
  frameFlag,
  frameHeaderBytes,
  frameType,
  maxFrameBytes,
} from "./frames.ts";

/** Whoever takes the frames. */
export interface FrameSink {
  /** After this nothing more is read. */
  readonly isDeaf: boolean;
  /** A whole frame of any type but DATA; the payload is only lent. */
  frame(type: number, flags: number, streamId: number, payload: Buffer): void;
  /** A DATA frame begins; `length` counts its padding, which flow control does too. */
  dataBegan(streamId: number, length: number, flags: number): void;
  data(bytes: Buffer): void;
  dataEnded(): void;
  fault(fault: ConnectionFault): void;
}

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
const nothing = Buffer.alloc(0);

/** Reads one connection; what comes out does not depend on how the bytes were split. */
export class FrameReader {
  readonly #sink: FrameSink;
  /** Bytes of the preface seen so far. */
  #prefaced = 0;
  /** The frame that a chunk ended in: its header and, once that is known, room for all of it. */
  #partial: Buffer = nothing;
  #partialUsed = 0;
  #isInData = false;
  #isPadLengthDue = false;
  #dataLeft = 0;
  #padLeft = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Takes bytes as they came. */
  push(chunk: Buffer): void {
    let at = this.#prefaced < preface.length ? this.#readPreface(chunk) : 0;
    while (at < chunk.length && !this.#sink.isDeaf) {
      if (this.#isInData) at = this.#readData(chunk, at);
      else if (this.#partialUsed > 0) at = this.#complete(chunk, at);
      else at = this.#readFrame(chunk, at);
    }
  }

  #readPreface(chunk: Buffer): number {
    const count = Math.min(preface.length - this.#prefaced, chunk.length);
    if (chunk.compare(preface, this.#prefaced, this.#prefaced + count, 0, count) !== 0) {
      this.#fail(errorCode.protocolError, "no HTTP/2 preface (RFC 9113 §3.4)");
      return chunk.length;
    }
    this.#prefaced += count;
    return count;
  }

  #readFrame(chunk: Buffer, at: number): number {
    if (chunk.length - at < frameHeaderBytes) return this.#hold(chunk, at, frameHeaderBytes);
    const length = chunk.readUIntBE(at, 3);
    if (length > maxFrameBytes) return this.#tooLong(chunk);
    if (chunk[at + 3] === frameType.data) {
      this.#beginData(chunk, at, length);
      return at + frameHeaderBytes;
    }
    const end = at + frameHeaderBytes + length;
    if (end > chunk.length) return this.#hold(chunk, at, frameHeaderBytes + length);
    this.#give(chunk, at, end);
    return end;
  }

  #hold(chunk: Buffer, at: number, size: number): number {
    this.#partial = Buffer.allocUnsafe(size);
    this.#partialUsed = chunk.copy(this.#partial, 0, at);
    return chunk.length;
  }

  #complete(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.#partial, this.#partialUsed, at);
    this.#partialUsed += copied;
    if (this.#partialUsed < this.#partial.length) return at + copied;
    const frame = this.#partial;
    const length = frame.readUIntBE(0, 3);
    if (length > maxFrameBytes) return this.#tooLong(chunk);
    if (frame.length === frameHeaderBytes && frame[3] !== frameType.data && length > 0) {
      this.#partial = Buffer.allocUnsafe(frameHeaderBytes + length);
      frame.copy(this.#partial);
      return at + copied;
    }
    this.#partial = nothing;
    this.#partialUsed = 0;
    if (frame[3] === frameType.data) this.#beginData(frame, 0, length);
    else this.#give(frame, 0, frame.length);
    return at + copied;
  }

  #give(bytes: Buffer, at: number, end: number): void {
    const streamId = bytes.readUInt32BE(at + 5) & 0x7fff_ffff;
    this.#sink.frame(bytes[at + 3]!, bytes[at + 4]!, streamId, bytes.subarray(at + frameHeaderBytes, end));
  }

  #beginData(bytes: Buffer, at: number, length: number): void {
    const flags = bytes[at + 4]!;
    const isPadded = (flags & frameFlag.padded) !== 0;
    if (isPadded && length === 0) {
      this.#fail(errorCode.frameSizeError, "a padded frame without padding (RFC 9113 §6.1)");
      return;
    }
    this.#sink.dataBegan(bytes.readUInt32BE(at + 5) & 0x7fff_ffff, length, flags);
    this.#isInData = true;
    this.#isPadLengthDue = isPadded;
    this.#padLeft = 0;
    this.#dataLeft = length;
    if (length === 0) this.#endData();
  }

  #readData(chunk: Buffer, from: number): number {
    let at = from;
    if (this.#isPadLengthDue) {
      this.#isPadLengthDue = false;
      this.#padLeft = chunk[at++]!;
      this.#dataLeft -= 1 + this.#padLeft;
      if (this.#dataLeft < 0) {
        this.#fail(errorCode.protocolError, "more padding than frame (RFC 9113 §6.1)");
        return chunk.length;
      }
    }
    const taken = Math.min(this.#dataLeft, chunk.length - at);
    if (taken > 0) this.#sink.data(chunk.subarray(at, at + taken));
    this.#dataLeft -= taken;
    at += taken;
    const padding = Math.min(this.#padLeft, chunk.length - at);
    this.#padLeft -= padding;
    if (this.#dataLeft === 0 && this.#padLeft === 0) this.#endData();
    return at + padding;
  }

  #endData(): void {
    this.#isInData = false;
    this.#sink.dataEnded();
  }

  #tooLong(chunk: Buffer): number {
    this.#fail(errorCode.frameSizeError, "a frame above SETTINGS_MAX_FRAME_SIZE (RFC 9113 §4.2)");
    return chunk.length;
  }

  #fail(code: ConnectionFault["code"], reason: string): void {
    this.#sink.fault({ code, reason });
  }
}
