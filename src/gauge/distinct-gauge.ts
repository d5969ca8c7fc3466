/** `distinct`: how many different values a key was seen with in the sliding window; exact up to 32, then estimated. */
import type { Gauge } from "../../dsl/index.ts";
import { BlockPool } from "./block-pool.ts";
import type { KeyHash } from "./key-hash.ts";
import { KeyTable, type RowKind } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { SlidingSketches } from "./sliding-sketch.ts";
import { subBuckets, type WindowClock } from "./window-clock.ts";

// A row: key, last epoch, a word of state, and room for six values (hash, epoch last seen). A key with more has its
// values in a list block, one with many in a sketch.
const header = 4;
const inlineValues = 6;
const listValues = 32;
// The state word: what holds the values (2 bits), how many (6 bits), and which block.
const [inline, list, sketch] = [0, 1, 2];

/** Distinct values per key; a key that found no room reads less than it did, never more. */
export class DistinctGauge implements Gauge {
  readonly tables: readonly KeyTable[];
  readonly #table: KeyTable;
  readonly #keys: KeyHash;
  readonly #values: KeyHash;
  readonly #clock: WindowClock;
  readonly #lists: BlockPool;
  readonly #sketches: SlidingSketches;

  /** Two hashes with one seed, since each remembers its last text. */
  constructor(
    hashes: { readonly keys: KeyHash; readonly values: KeyHash },
    clock: WindowClock,
    budget: MemoryBudget,
    account: MemoryAccount,
  ) {
    const kind: RowKind = {
      words: header + inlineValues * 2,
      livesFor: subBuckets,
      weigh: (rows, at) => (((rows[at + 3] ?? 0) & 3) === sketch ? 255 : sizeOf(rows[at + 3] ?? 0)),
      release: (rows, at) => this.#release(rows[at + 3] ?? 0),
      spilled: (rows, at) => this.#spilled(rows[at + 3] ?? 0),
      refill: (rows, at, from, start, count) => {
        if (((rows[at + 3] ?? 0) & 3) !== inline) this.#refill(rows, at, from.subarray(start, start + count));
      },
    };
    this.#table = new KeyTable(kind, clock, budget, account);
    this.tables = [this.#table];
    this.#keys = hashes.keys;
    this.#values = hashes.values;
    this.#clock = clock;
    this.#lists = new BlockPool(listValues * 2, budget, account);
    this.#sketches = new SlidingSketches(budget, account);
  }

  observe(key: string, value: string, now: number): void {
    this.#clock.advance(now);
    const { epoch } = this.#clock;
    this.#values.hash(value);
    const valueHash = this.#values.low;
    this.#keys.hash(key);
    const at = this.#table.claim(this.#keys.low, this.#keys.high);
    if (at < 0) return;
    const { rows } = this.#table;
    rows[at + 2] = epoch;
    const state = rows[at + 3] ?? 0;
    if ((state & 3) === sketch) {
      this.#sketches.add(state >>> 8, valueHash, epoch >>> 1, epoch >>> 1);
      return;
    }
    const words = this.#valuesOf(rows, state);
    const from = this.#valuesAt(at, state);
    const limit = (state & 3) === inline ? inlineValues : listValues;
    const size = see(words, from, sizeOf(state), limit, valueHash, epoch);
    if (size >= 0) rows[at + 3] = (state & ~0xfc) | (size << 2);
    else this.#promote(rows, at, valueHash, epoch);
  }

  /** Forgets a value of a key; where values are only estimated, it stays until it leaves the window. */
  takeBack(key: string, value: string, now: number): void {
    const found = this.#find(key, value, now);
    if (!found) return;
    const { words, index, from, at } = found;
    const { rows } = this.#table;
    const state = rows[at + 3] ?? 0;
    const last = from + (sizeOf(state) - 1) * 2;
    // The last value takes the place of the one that goes.
    words[index] = words[last] ?? 0;
    words[index + 1] = words[last + 1] ?? 0;
    words[last] = 0;
    words[last + 1] = 0;
    rows[at + 3] = (state & ~0xfc) | ((sizeOf(state) - 1) << 2);
  }

  has(key: string, value: string, now: number): boolean {
    const found = this.#find(key, value, now);
    return found !== undefined && (found.words[found.index + 1] ?? 0) > this.#clock.epoch - subBuckets;
  }

  /** Where a value of a key lies; undefined too where values are only estimated. */
  #find(key: string, value: string, now: number) {
    this.#clock.advance(now);
    this.#values.hash(value);
    const wanted = this.#values.low;
    this.#keys.hash(key);
    const at = this.#table.find(this.#keys.low, this.#keys.high);
    const { rows } = this.#table;
    const state = at < 0 ? sketch : (rows[at + 3] ?? 0);
    if ((state & 3) === sketch) return undefined;
    const words = this.#valuesOf(rows, state);
    const from = this.#valuesAt(at, state);
    for (let index = from; index < from + sizeOf(state) * 2; index += 2) {
      if (words[index] === wanted) return { words, index, from, at };
    }
    return undefined;
  }

  read(key: string, now: number): number {
    this.#clock.advance(now);
    const { epoch, passed } = this.#clock;
    this.#keys.hash(key);
    const at = this.#table.find(this.#keys.low, this.#keys.high);
    if (at < 0) return 0;
    const { rows } = this.#table;
    const state = rows[at + 3] ?? 0;
    const oldest = epoch - subBuckets;
    if ((state & 3) === sketch) {
      return Math.round(this.#sketches.read(state >>> 8, epoch >>> 1, ((epoch & 1) + passed) / 2));
    }
    const words = this.#valuesOf(rows, state);
    const from = this.#valuesAt(at, state);
    let whole = 0;
    let leaving = 0;
    for (let index = from; index < from + sizeOf(state) * 2; index += 2) {
      const seen = words[index + 1] ?? 0;
      if (seen > oldest) whole++;
      else if (seen === oldest) leaving++;
    }
    return Math.round(whole + leaving * (1 - passed));
  }

  isSaturated(now: number): boolean {
    return this.#table.isSaturated(now);
  }

  #valuesOf(rows: Uint32Array, state: number): Uint32Array {
    return (state & 3) === list ? this.#lists.chunkOf(state >>> 8) : rows;
  }

  #valuesAt(at: number, state: number): number {
    return (state & 3) === list ? this.#lists.offsetOf(state >>> 8) : at + header;
  }

  /** Moves a full set of values to where there is more room; without memory for it, the new value is not counted. */
  #promote(rows: Uint32Array, at: number, valueHash: number, epoch: number): void {
    const state = rows[at + 3] ?? 0;
    const words = this.#valuesOf(rows, state);
    const from = this.#valuesAt(at, state);
    const size = sizeOf(state);
    if ((state & 3) === inline) {
      const block = this.#lists.take();
      if (block < 0) return this.#table.lose();
      const target = this.#lists.chunkOf(block);
      const to = this.#lists.offsetOf(block);
      for (let word = 0; word < size * 2; word++) target[to + word] = words[from + word] ?? 0;
      const grown = see(target, to, size, listValues, valueHash, epoch);
      rows[at + 3] = list | (grown << 2) | (block << 8);
      return undefined;
    }
    const block = this.#sketches.take(epoch >>> 1);
    if (block < 0) return this.#table.lose();
    for (let index = from; index < from + size * 2; index += 2) {
      this.#sketches.add(block, words[index] ?? 0, (words[index + 1] ?? 0) >>> 1, epoch >>> 1);
    }
    this.#sketches.add(block, valueHash, epoch >>> 1, epoch >>> 1);
    this.#lists.give(state >>> 8);
    rows[at + 3] = sketch | (block << 8);
    return undefined;
  }

  #release(state: number): void {
    if ((state & 3) === list) this.#lists.give(state >>> 8);
    if ((state & 3) === sketch) this.#sketches.give(state >>> 8);
  }

  #spilled(state: number): Uint32Array | undefined {
    if ((state & 3) === sketch) return this.#sketches.wordsOf(state >>> 8);
    if ((state & 3) !== list) return undefined;
    const from = this.#lists.offsetOf(state >>> 8);
    return this.#lists.chunkOf(state >>> 8).subarray(from, from + sizeOf(state) * 2);
  }

  #refill(rows: Uint32Array, at: number, words: Uint32Array): void {
    const state = rows[at + 3] ?? 0;
    const kind = state & 3;
    const room = kind === sketch ? this.#sketches.words : listValues * 2;
    let block = -1;
    if (words.length <= room) block = kind === sketch ? this.#sketches.take(0) : this.#lists.take();
    if (block < 0) {
      // What the key was seen with is lost; it starts anew.
      rows[at + 3] = inline;
      this.#table.lose();
      return;
    }
    if (kind === sketch) this.#sketches.wordsOf(block).set(words);
    else this.#lists.chunkOf(block).set(words, this.#lists.offsetOf(block));
    rows[at + 3] = (state & 0xff) | (block << 8);
  }
}

function sizeOf(state: number): number {
  return (state >>> 2) & 63;
}

/** Marks a value as seen now, in a place that is free or whose value has left the window; the new size, or -1 if full. */
function see(
  words: Uint32Array,
  from: number,
  size: number,
  limit: number,
  value: number,
  epoch: number,
): number {
  let reusable = -1;
  for (let index = from; index < from + size * 2; index += 2) {
    if (words[index] === value) {
      words[index + 1] = epoch;
      return size;
    }
    if (epoch - (words[index + 1] ?? 0) > subBuckets) reusable = index;
  }
  if (reusable < 0 && size === limit) return -1;
  const at = reusable < 0 ? from + size * 2 : reusable;
  words[at] = value;
  words[at + 1] = epoch;
  return reusable < 0 ? size + 1 : size;
}
