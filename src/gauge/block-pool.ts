/** Blocks of equal size for keys whose values outgrow their row, carved from few large arrays. */
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";

const blocksPerChunk = 16;

/** A pool of blocks of `words` 32-bit words; block n lies in `chunkOf(n)` from `offsetOf(n)` on. */
export class BlockPool {
  readonly #words: number;
  readonly #budget: MemoryBudget;
  readonly #account: MemoryAccount;
  readonly #chunks: Uint32Array[] = [];
  /** The same memory as bytes; making a view at each request would cost more than the rest. */
  readonly #bytes: Uint8Array[] = [];
  readonly #free: number[] = [];

  constructor(words: number, budget: MemoryBudget, account: MemoryAccount) {
    this.#words = words;
    this.#budget = budget;
    this.#account = account;
  }

  /** A block of zeros, or -1 when memory is at its bound. */
  take(): number {
    const freed = this.#free.pop();
    if (freed !== undefined) {
      this.chunkOf(freed).fill(0, this.offsetOf(freed), this.offsetOf(freed) + this.#words);
      return freed;
    }
    if (!this.#budget.reserve(this.#account, blocksPerChunk * this.#words * 4, "values")) return -1;
    const chunk = new Uint32Array(blocksPerChunk * this.#words);
    this.#bytes.push(new Uint8Array(chunk.buffer));
    const first = this.#chunks.push(chunk) * blocksPerChunk;
    for (let block = first - 1; block > first - blocksPerChunk; block--) this.#free.push(block);
    return first - blocksPerChunk;
  }

  give(block: number): void {
    this.#free.push(block);
    if (this.#free.length === this.#chunks.length * blocksPerChunk) this.#drop();
  }

  chunkOf(block: number): Uint32Array {
    const chunk = this.#chunks[block >>> 4];
    if (!chunk) throw new RangeError("a block of this pool was never taken");
    return chunk;
  }

  bytesOf(block: number): Uint8Array {
    const bytes = this.#bytes[block >>> 4];
    if (!bytes) throw new RangeError("a block of this pool was never taken");
    return bytes;
  }

  /** The block's first word in its chunk. */
  offsetOf(block: number): number {
    return (block & (blocksPerChunk - 1)) * this.#words;
  }

  #drop(): void {
    this.#budget.release(this.#account, this.#chunks.length * blocksPerChunk * this.#words * 4);
    this.#chunks.length = 0;
    this.#bytes.length = 0;
    this.#free.length = 0;
  }
}
