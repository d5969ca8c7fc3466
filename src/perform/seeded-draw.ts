/** Draws that are the same for the same seed, and that nobody without the host's secret can foresee. */

/** A stream of draws: HMAC-SHA-512 of the seed in counter mode. */
export class SeededDraw {
  readonly #salt: string;
  readonly #seed: string;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;
  #blocks = 0;

  constructor(salt: string, seed: string) {
    this.#salt = salt;
    this.#seed = seed;
  }

  /** A part of 1, below it. */
  share(): number {
    if (this.#at + 6 > this.#block.length) this.#next();
    const value = this.#block.readUIntBE(this.#at, 6) / 2 ** 48;
    this.#at += 6;
    return value;
  }

  /** A whole number from 0 to below `bound`; of few numbers none is favoured by more than 1 in 1,000. */
  below(bound: number): number {
    if (bound > 64) return Math.floor(this.share() * bound);
    if (this.#at + 2 > this.#block.length) this.#next();
    const value = this.#block.readUInt16BE(this.#at);
    this.#at += 2;
    return value % bound;
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  #next(): void {
    const hash = new Bun.CryptoHasher("sha512", this.#salt);
    this.#block = hash.update(`${this.#blocks++}\0${this.#seed}`).digest();
    this.#at = 0;
  }
}
