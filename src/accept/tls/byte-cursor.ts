/** Reads big-endian fields from hostile bytes; a read past the end marks the cursor broken and never throws. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A read went past the end; whatever was read since is worthless. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Every byte was read, and none beyond. */
  get isSpent(): boolean {
    return !this.#isBroken && this.#at === this.#bytes.length;
  }

  /** Something is left to read; false once broken, so that loops end. */
  get hasMore(): boolean {
    return !this.#isBroken && this.#at < this.#bytes.length;
  }

  /** Condemns the cursor: what was read makes no sense. */
  fail(): void {
    this.#isBroken = true;
  }

  /** One byte, 0 when there is none. */
  u8(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      this.#isBroken = true;
      return 0;
    }
    this.#at++;
    return byte;
  }

  /** Two bytes, most significant first. */
  u16(): number {
    return this.u8() * 256 + this.u8();
  }

  /** The next bytes as a view, empty when there are too few. */
  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      this.#isBroken = true;
      return this.#bytes.subarray(0, 0);
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** A vector whose length stands before it in `lengthBytes` bytes (RFC 8446 §3.4). */
  vector(lengthBytes: 1 | 2): Uint8Array {
    return this.take(lengthBytes === 1 ? this.u8() : this.u16());
  }

  /** A vector of two-byte numbers; an odd length breaks the cursor. */
  numbers(lengthBytes: 1 | 2): number[] {
    const bytes = this.vector(lengthBytes);
    if (bytes.length % 2 !== 0) this.#isBroken = true;
    const values: number[] = [];
    for (let at = 0; at + 1 < bytes.length; at += 2) values.push(bytes[at]! * 256 + bytes[at + 1]!);
    return values;
  }
}
