/** Reads what a snapshot writer wrote; nothing of a file is believed before every frame of it has been checked. */
import { snapshotMagic, snapshotVersion } from "./snapshot-writer.ts";

/** Why a snapshot is refused. */
export type SnapshotRefusal =
  | "not_a_snapshot"
  | "other_version"
  | "corrupt"
  | "other_seed"
  | "from_the_future";

/** A place in a snapshot. */
export interface SnapshotPlace {
  readonly frame: number;
  readonly at: number;
}

const none = new Uint32Array(0);

/** A cursor over the frames of a snapshot. */
export class SnapshotReader {
  /** The words of the frame that the cursor is in. */
  frame: Uint32Array;
  readonly #frames: readonly Uint32Array[];
  #frame = 0;
  #at = 0;
  readonly #double = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#double.buffer);

  private constructor(frames: readonly Uint32Array[]) {
    this.#frames = frames;
    this.frame = frames[0] ?? none;
  }

  /** A cursor behind magic and version, once all frames are found whole. */
  static open(bytes: Uint8Array): SnapshotReader | SnapshotRefusal {
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
    const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >>> 2);
    if (words[2] !== snapshotMagic) return "not_a_snapshot";
    if (words[3] !== snapshotVersion) return "other_version";
    if (bytes.byteLength % 4 !== 0) return "corrupt";
    const frames: Uint32Array[] = [];
    for (let at = 0; ; ) {
      const length = words[at];
      if (length === undefined || at + 2 + length > words.length) return "corrupt";
      const frame = words.subarray(at + 2, at + 2 + length);
      if (Bun.hash.crc32(frame) !== words[at + 1]) return "corrupt";
      at += 2 + length;
      // The empty frame is the end, and must be.
      if (length === 0 && at !== words.length) return "corrupt";
      if (length === 0) break;
      frames.push(frame);
    }
    const reader = new SnapshotReader(frames);
    reader.words(2);
    return reader;
  }

  get isAtEnd(): boolean {
    return this.#frame >= this.#frames.length - 1 && this.#at === this.frame.length;
  }

  get place(): SnapshotPlace {
    return { frame: this.#frame, at: this.#at };
  }

  goTo(place: SnapshotPlace): void {
    this.#frame = place.frame;
    this.#at = place.at;
    this.frame = this.#frames[place.frame] ?? none;
  }

  word(): number {
    const at = this.pass(1);
    return this.frame[at] ?? 0;
  }

  double(): number {
    this.#halves.set(this.words(2));
    return this.#double[0] ?? 0;
  }

  text(): string {
    return String.fromCharCode(...this.words(this.word()));
  }

  /** The next words as a view. */
  words(count: number): Uint32Array {
    const at = this.pass(count);
    return this.frame.subarray(at, at + count);
  }

  /** Passes the next words and gives their place in `frame`; a view of each row would cost more than restoring it. */
  pass(count: number): number {
    // No record reaches over the end of a frame.
    if (this.#at === this.frame.length) this.goTo({ frame: this.#frame + 1, at: 0 });
    const at = this.#at;
    if (at + count > this.frame.length) throw new RangeError("a snapshot ends within a record");
    this.#at = at + count;
    return at;
  }
}
