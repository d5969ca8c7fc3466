/** The last streams that ended: what still comes for them is treated by how they did (RFC 9113 §5.1). */

const remembered = 512;

/** "reset" by either side, when more may have been under way; "ended" by both. */
export type StreamEnd = "reset" | "ended";

/** Remembers a bounded number of them. */
export class ClosedStreams {
  readonly #ends = new Map<number, StreamEnd>();

  add(id: number, end: StreamEnd): void {
    this.#ends.set(id, end);
    if (this.#ends.size <= remembered) return;
    for (const oldest of this.#ends.keys()) {
      this.#ends.delete(oldest);
      return;
    }
  }

  find(id: number): StreamEnd | undefined {
    return this.#ends.get(id);
  }
}
