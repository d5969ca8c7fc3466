/** `count`: how often a key occurred within the sliding window. */
import type { Gauge } from "../../dsl/index.ts";
import type { KeyHash } from "./key-hash.ts";
import { KeyTable, type RowKind } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { subBuckets, type WindowClock } from "./window-clock.ts";

// A row is one cache line: key, last epoch, and a ring of the current sub-bucket and the twelve before it.
const header = 3;
const ring = subBuckets + 1;

const rowKind: RowKind = {
  words: header + ring,
  livesFor: subBuckets,
  weigh(rows, at) {
    let sum = 0;
    for (let slot = 0; slot < ring; slot++) sum += rows[at + header + slot] ?? 0;
    return sum;
  },
  release() {
    // A count holds nothing outside its row.
  },
};

/** Counts per key; a key that found no room reads less than it did, never more. */
export class CountGauge implements Gauge {
  readonly table: KeyTable;
  readonly #hash: KeyHash;
  readonly #clock: WindowClock;

  constructor(hash: KeyHash, clock: WindowClock, budget: MemoryBudget, account: MemoryAccount) {
    this.table = new KeyTable(rowKind, budget, account);
    this.#hash = hash;
    this.#clock = clock;
  }

  observe(key: string, _value: string, now: number): void {
    this.#clock.advance(now);
    const { epoch } = this.#clock;
    this.#hash.hash(key);
    const at = this.table.claim(this.#hash.low, this.#hash.high, epoch);
    if (at < 0) return;
    const { rows } = this.table;
    const last = rows[at + 2] ?? 0;
    if (last < epoch) {
      const cleared = Math.min(epoch - last, ring);
      for (let step = 0; step < cleared; step++) rows[at + header + ((epoch - step) % ring)] = 0;
      rows[at + 2] = epoch;
    }
    const slot = at + header + (epoch % ring);
    const count = rows[slot] ?? 0;
    if (count < 0xffffffff) rows[slot] = count + 1;
  }

  read(key: string, now: number): number {
    this.#clock.advance(now);
    const { epoch, passed } = this.#clock;
    this.#hash.hash(key);
    const at = this.table.find(this.#hash.low, this.#hash.high);
    if (at < 0) return 0;
    const { rows } = this.table;
    const last = rows[at + 2] ?? 0;
    const oldest = epoch - subBuckets;
    let sum = 0;
    for (let one = Math.max(oldest + 1, last - subBuckets, 0); one <= last; one++) {
      sum += rows[at + header + (one % ring)] ?? 0;
    }
    if (oldest > 0 && last >= oldest) sum += (rows[at + header + (oldest % ring)] ?? 0) * (1 - passed);
    return Math.round(sum);
  }
}
