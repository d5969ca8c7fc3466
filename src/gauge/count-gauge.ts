/** `count`: how often a key occurred within the sliding window. */
import type { Gauge } from "../../dsl/index.ts";
import type { KeyHash } from "./key-hash.ts";
import { KeyTable, type RowKind } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { subBuckets, type WindowClock } from "./window-clock.ts";
import { currentSlot, ringSum, ringWords } from "./window-ring.ts";

// A row is one cache line: key, last epoch, ring.
const header = 3;

/** A row that is nothing but a ring of counts; the busiest is worth most. */
export const countRow: RowKind = {
  words: header + ringWords,
  livesFor: subBuckets,
  weigh(rows, at) {
    let sum = 0;
    for (let slot = 0; slot < ringWords; slot++) sum += rows[at + header + slot] ?? 0;
    return sum;
  },
};

/** Counts per key; a key that found no room reads less than it did, never more. */
export class CountGauge implements Gauge {
  readonly tables: readonly KeyTable[];
  readonly #table: KeyTable;
  readonly #hash: KeyHash;
  readonly #clock: WindowClock;

  constructor(hash: KeyHash, clock: WindowClock, budget: MemoryBudget, account: MemoryAccount) {
    this.#table = new KeyTable(countRow, clock, budget, account);
    this.tables = [this.#table];
    this.#hash = hash;
    this.#clock = clock;
  }

  observe(key: string, _value: string, now: number): void {
    this.#clock.advance(now);
    this.#hash.hash(key);
    const at = this.#table.claim(this.#hash.low, this.#hash.high);
    if (at >= 0) countUp(this.#table.rows, at, this.#clock.epoch);
  }

  /** Takes back the latest occurrence; what has left the window needs no taking back. */
  takeBack(key: string, _value: string, now: number): void {
    this.#clock.advance(now);
    this.#hash.hash(key);
    const at = this.#table.find(this.#hash.low, this.#hash.high);
    if (at >= 0) countDown(this.#table.rows, at, this.#clock.epoch);
  }

  read(key: string, now: number): number {
    this.#clock.advance(now);
    this.#hash.hash(key);
    const at = this.#table.find(this.#hash.low, this.#hash.high);
    if (at < 0) return 0;
    const { rows } = this.#table;
    return Math.round(ringSum(rows, at + header, rows[at + 2] ?? 0, this.#clock));
  }

  isSaturated(now: number): boolean {
    return this.#table.isSaturated(now);
  }
}

/** Adds one to the ring of a row of this kind. */
export function countUp(rows: Uint32Array, at: number, epoch: number): void {
  const slot = currentSlot(rows, at + header, rows[at + 2] ?? 0, epoch);
  rows[at + 2] = epoch;
  const count = rows[slot] ?? 0;
  if (count < 0xffffffff) rows[slot] = count + 1;
}

function countDown(rows: Uint32Array, at: number, epoch: number): void {
  const last = rows[at + 2] ?? 0;
  // The ring holds the epochs until the row's last; older ones in it are worth nothing, or all cleared.
  for (let one = last; one > Math.max(0, last - ringWords, epoch - ringWords); one--) {
    const slot = at + header + (one % ringWords);
    const count = rows[slot] ?? 0;
    if (count === 0) continue;
    rows[slot] = count - 1;
    return;
  }
}
