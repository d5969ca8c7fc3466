/** A field block on its way: HEADERS and the CONTINUATION frames after it (RFC 9113 §4.3, §6.10). */
import { type ConnectionFault, errorCode, frameFlag } from "./frames.ts";
import { http2Limits } from "./limits.ts";

/** Collects one block; nothing but its own frames may come before it is complete. */
export class FieldBlock {
  readonly streamId: number;
  readonly endsStream: boolean;
  /** Of its HEADERS frame, if it came with one: `exclusive:dependency:weight`. */
  readonly priority: string | undefined;
  readonly #parts: Buffer[] = [];
  #bytes = 0;
  #continuations = 0;
  isComplete = false;

  constructor(streamId: number, flags: number, priority: string | undefined) {
    this.streamId = streamId;
    this.endsStream = (flags & frameFlag.endStream) !== 0;
    this.priority = priority;
  }

  /** Takes a fragment, which is only lent. */
  add(fragment: Buffer, flags: number): ConnectionFault | undefined {
    this.isComplete = (flags & frameFlag.endHeaders) !== 0;
    this.#bytes += fragment.length;
    if (this.#bytes > http2Limits.fieldBlockBytes || this.#continuations++ > http2Limits.continuations) {
      return { code: errorCode.enhanceYourCalm, reason: "a field block without end (RFC 9113 §10.5.1)" };
    }
    // A block in one frame is decoded before the frame's bytes are gone.
    this.#parts.push(this.isComplete ? fragment : Buffer.from(fragment));
    return undefined;
  }

  get bytes(): Buffer {
    return this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
  }
}

/** A HEADERS frame's block begun, or what is wrong with its padding or priority (RFC 9113 §6.2). */
export function beginFieldBlock(
  flags: number,
  streamId: number,
  payload: Buffer,
): FieldBlock | ConnectionFault {
  let from = 0;
  let to = payload.length;
  if (flags & frameFlag.padded) to -= payload[from++] ?? to + 1;
  let priority: string | undefined;
  if (flags & frameFlag.priority && to - from >= 5) {
    const word = payload.readUInt32BE(from);
    priority = `${word >>> 31}:${word & 0x7fff_ffff}:${payload[from + 4]! + 1}`;
  }
  if (flags & frameFlag.priority) from += 5;
  if (from > to) return { code: errorCode.protocolError, reason: "more padding than frame (RFC 9113 §6.2)" };
  const block = new FieldBlock(streamId, flags, priority);
  return block.add(payload.subarray(from, to), flags) ?? block;
}
