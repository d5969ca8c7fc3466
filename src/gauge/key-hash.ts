/**
 * Keys are kept as 64-bit keyed hashes, never as text. Clients choose what is hashed, so the hash is HalfSipHash-1-3
 * (Aumasson, Bernstein): under xxHash or wyhash, texts that collide whatever the seed can be computed, and with them
 * an attacker could count for somebody else. It works on UTF-16 units, without allocation.
 */

/** Longer texts are hashed by their ends and length. */
const wholeLength = 1024;
const endLength = 512;

/** A keyed hash with two 32-bit halves, left in `low` and `high` by each call. */
export class KeyHash {
  low = 0;
  high = 0;
  readonly #key0: number;
  readonly #key1: number;
  #last: string | undefined = undefined;

  /** `seed` is 8 secret bytes; state that outlives the process needs the same seed again. */
  constructor(seed: Uint8Array) {
    const view = new DataView(seed.buffer, seed.byteOffset, seed.byteLength);
    this.#key0 = view.getInt32(0, true);
    this.#key1 = view.getInt32(4, true);
  }

  /** Hashes a text; the halves are unsigned. The text of the call before costs nothing. */
  hash(text: string): void {
    if (text === this.#last) return;
    this.#last = text;
    const { length } = text;
    const bounded = length <= wholeLength ? text : text.slice(0, endLength) + text.slice(-endLength);
    this.#sip(bounded, length);
  }

  // One function with the rounds written out, because calls and fields would double its time. Two UTF-16 units make
  // a word; after the text comes its length, then the finalisation's two times three rounds.
  #sip(text: string, length: number): void {
    let v0 = this.#key0;
    let v1 = this.#key1 ^ 0xee;
    let v2 = this.#key0 ^ 0x6c796765;
    let v3 = this.#key1 ^ 0x74656462;
    const end = text.length;
    const lengthStep = (end + 1) >> 1;
    for (let step = 0; step < lengthStep + 7; step++) {
      let word = 0;
      if (step < lengthStep) {
        const index = step * 2;
        word = text.charCodeAt(index) | (index + 1 < end ? text.charCodeAt(index + 1) << 16 : 0);
      } else if (step === lengthStep) word = length;
      else if (step === lengthStep + 1) v2 ^= 0xee;
      else if (step === lengthStep + 4) {
        this.low = (v1 ^ v3) >>> 0;
        v1 ^= 0xdd;
      }
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    this.high = (v1 ^ v3) >>> 0;
  }
}
