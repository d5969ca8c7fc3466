/**
 * State as one binary, written in parts so that neither copying nor checking it pauses traffic. Each part is a frame:
 * length in words, CRC-32, words; the first holds what is needed to refuse the rest, an empty one ends the file.
 */

/** First word of a snapshot, "SPGS"; read on a machine of the other byte order it is another. */
export const snapshotMagic = 0x53504753;
/** Raised whenever the meaning of a word changes. */
export const snapshotVersion = 1;

const fullWords = 65_536;

/** Collects words; whoever writes records takes a part when it is full, at the end of a record only. */
export class SnapshotWriter {
  #words = new Uint32Array(fullWords * 2);
  #length = 0;
  readonly #double = new Float64Array(1);
  readonly #halves = new Uint32Array(this.#double.buffer);

  get isFull(): boolean {
    return this.#length >= fullWords;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  word(value: number): void {
    this.#reserve(1);
    this.#words[this.#length++] = value;
  }

  double(value: number): void {
    this.#double[0] = value;
    this.words(this.#halves);
  }

  words(values: Uint32Array): void {
    this.#reserve(values.length);
    this.#words.set(values, this.#length);
    this.#length += values.length;
  }

  /** A text of at most 65,535 UTF-16 units. */
  text(value: string): void {
    this.word(value.length);
    for (let index = 0; index < value.length; index++) this.word(value.charCodeAt(index));
  }

  /** What was written since the last call, as a frame. */
  take(): Uint8Array {
    const frame = new Uint32Array(2 + this.#length);
    frame[0] = this.#length;
    frame.set(this.#words.subarray(0, this.#length), 2);
    frame[1] = Bun.hash.crc32(frame.subarray(2));
    this.#length = 0;
    return new Uint8Array(frame.buffer);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#words.length) return;
    const grown = new Uint32Array((this.#length + more) * 2);
    grown.set(this.#words.subarray(0, this.#length));
    this.#words = grown;
  }
}
