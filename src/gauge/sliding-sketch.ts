/**
 * Distinct values over a sliding window, estimated: one HyperLogLog for each sixth of the window, and the unions of
 * those that a reading needs, kept up to date so that a busy key is not merged again at each request.
 */
import { BlockPool } from "./block-pool.ts";
import { estimateDistinct, rankOf, registerOf, registers } from "./hyper-log-log.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";

const slots = 7;
// A block: period, whether the estimates are stale, both estimates in sixteenths, then the registers.
const headWords = 4;
const sketchWords = registers / 4;
const inner = headWords + slots * sketchWords;
const outer = inner + sketchWords;
const fraction = 16;

/** Sketches of one gauge; `period` counts sixths of its window. */
export class SlidingSketches {
  /** Words of a block. */
  readonly words = outer + sketchWords;
  readonly #pool: BlockPool;

  constructor(budget: MemoryBudget, account: MemoryAccount) {
    this.#pool = new BlockPool(this.words, budget, account);
  }

  /** A new sketch at `period`, or -1 when memory is at its bound. */
  take(period: number): number {
    const block = this.#pool.take();
    if (block >= 0) this.#pool.chunkOf(block)[this.#pool.offsetOf(block)] = period;
    return block;
  }

  give(block: number): void {
    this.#pool.give(block);
  }

  /** The block itself, to be saved or restored. */
  wordsOf(block: number): Uint32Array {
    const at = this.#pool.offsetOf(block);
    return this.#pool.chunkOf(block).subarray(at, at + this.words);
  }

  /** Adds a value seen in `period`, at most six before `current`. */
  add(block: number, hash: number, period: number, current: number): void {
    const words = this.#pool.chunkOf(block);
    const at = this.#pool.offsetOf(block);
    const bytes = this.#pool.bytesOf(block);
    advance(words, bytes, at, current);
    const register = registerOf(hash);
    const rank = rankOf(hash);
    raise(bytes, (at + headWords + (period % slots) * sketchWords) * 4 + register, rank);
    const isInner = period > current - slots + 1;
    const raisedOuter = raise(bytes, (at + outer) * 4 + register, rank);
    const raisedInner = isInner && raise(bytes, (at + inner) * 4 + register, rank);
    if (raisedOuter || raisedInner) words[at + 1] = 1;
  }

  /** The estimate at `current`, `passed` of it gone: the oldest sixth leaves in proportion. */
  read(block: number, current: number, passed: number): number {
    const words = this.#pool.chunkOf(block);
    const at = this.#pool.offsetOf(block);
    const bytes = this.#pool.bytesOf(block);
    advance(words, bytes, at, current);
    if (words[at + 1] === 1) {
      words[at + 2] = Math.round(estimateDistinct(bytes, (at + inner) * 4) * fraction);
      words[at + 3] = Math.round(estimateDistinct(bytes, (at + outer) * 4) * fraction);
      words[at + 1] = 0;
    }
    return ((words[at + 2] ?? 0) * passed + (words[at + 3] ?? 0) * (1 - passed)) / fraction;
  }
}

function advance(words: Uint32Array, bytes: Uint8Array, at: number, current: number): void {
  const period = words[at] ?? 0;
  if (current <= period) return;
  words[at] = current;
  words[at + 1] = 1;
  const cleared = Math.min(current - period, slots);
  for (let step = 0; step < cleared; step++) {
    const slot = at + headWords + ((current - step) % slots) * sketchWords;
    words.fill(0, slot, slot + sketchWords);
  }
  words.fill(0, at + inner, at + outer + sketchWords);
  for (let back = 0; back < slots && back <= current; back++) {
    const slot = (at + headWords + ((current - back) % slots) * sketchWords) * 4;
    merge(bytes, slot, (at + outer) * 4);
    if (back < slots - 1) merge(bytes, slot, (at + inner) * 4);
  }
}

function raise(bytes: Uint8Array, at: number, rank: number): boolean {
  if ((bytes[at] ?? 0) >= rank) return false;
  bytes[at] = rank;
  return true;
}

function merge(bytes: Uint8Array, from: number, to: number): void {
  for (let index = 0; index < registers; index++) {
    const rank = bytes[from + index] ?? 0;
    if (rank > (bytes[to + index] ?? 0)) bytes[to + index] = rank;
  }
}
