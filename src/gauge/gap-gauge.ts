/** `gap`: the time between two occurrences of a key, as median or shortest over the sliding window. */
import type { Gauge } from "../../dsl/index.ts";
import type { KeyHash } from "./key-hash.ts";
import { KeyTable, type RowKind } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { subBuckets, type WindowClock } from "./window-clock.ts";

// A row is two cache lines: key, last epoch, last time, number of gaps, and a ring of the latest gaps. From the last
// time and the gaps the times before it follow, so that the window is exact to the millisecond.
const header = 5;
/** Gaps that are kept of a key; a busier key is read over its latest ones. */
export const keptGaps = 27;

const rowKind: RowKind = {
  words: header + keptGaps,
  livesFor: subBuckets,
  weigh: (rows, at) => 1 + Math.min(rows[at + 4] ?? 0, keptGaps),
};
const gapsFound = new Uint32Array(keptGaps);

/** What is read of the gaps, and how many occurrences it takes. */
export interface GapSpec {
  readonly windowMs: number;
  readonly statistic?: "shortest" | "median" | undefined;
  readonly atLeast?: number | undefined;
}

/** Gaps per key in ms; a key that found no room, or occurred too seldom, has no reading. */
export class GapGauge implements Gauge {
  readonly tables: readonly KeyTable[];
  readonly #table: KeyTable;
  readonly #hash: KeyHash;
  readonly #clock: WindowClock;
  readonly #isShortest: boolean;
  readonly #atLeast: number;
  readonly #windowTicks: number;

  constructor(
    hash: KeyHash,
    clock: WindowClock,
    spec: GapSpec,
    budget: MemoryBudget,
    account: MemoryAccount,
  ) {
    this.#table = new KeyTable(rowKind, clock, budget, account);
    this.tables = [this.#table];
    this.#hash = hash;
    this.#clock = clock;
    this.#isShortest = spec.statistic === "shortest";
    this.#atLeast = Math.min(Math.max(spec.atLeast ?? 2, 2), keptGaps + 1);
    this.#windowTicks = spec.windowMs / clock.tickMs;
  }

  observe(key: string, _value: string, now: number): void {
    this.#clock.advance(now);
    this.#hash.hash(key);
    const at = this.#table.claim(this.#hash.low, this.#hash.high);
    if (at < 0) return;
    const { rows } = this.#table;
    const { tick } = this.#clock;
    const gaps = rows[at + 4] ?? 0;
    // The word counts occurrences, one more than gaps; so the first leaves no gap.
    if (gaps > 0) rows[at + header + ((gaps - 1) % keptGaps)] = (tick - (rows[at + 3] ?? 0)) >>> 0;
    rows[at + 2] = this.#clock.epoch;
    rows[at + 3] = tick;
    rows[at + 4] = gaps + 1;
  }

  read(key: string, now: number): number | undefined {
    this.#clock.advance(now);
    this.#hash.hash(key);
    const at = this.#table.find(this.#hash.low, this.#hash.high);
    if (at < 0) return undefined;
    const { rows } = this.#table;
    const gaps = (rows[at + 4] ?? 0) - 1;
    const kept = Math.min(gaps, keptGaps);
    // Ticks from now back to the occurrence before the gap looked at.
    let back = (this.#clock.tick - (rows[at + 3] ?? 0)) >>> 0;
    let found = 0;
    for (; found < kept; found++) {
      const gap = rows[at + header + ((gaps - 1 - found) % keptGaps)] ?? 0;
      back += gap;
      if (back >= this.#windowTicks) break;
      gapsFound[found] = gap;
    }
    if (found + 1 < this.#atLeast) return undefined;
    return (this.#isShortest ? shortest(found) : median(found)) * this.#clock.tickMs;
  }

  isSaturated(now: number): boolean {
    return this.#table.isSaturated(now);
  }
}

/** The least of the first `count` gaps found. */
function shortest(count: number): number {
  let least = gapsFound[0] ?? 0;
  for (let index = 1; index < count; index++) least = Math.min(least, gapsFound[index] ?? 0);
  return least;
}

/** The median of the first `count` gaps found, which it puts in another order (Hoare's FIND). */
function median(count: number): number {
  const middle = count >>> 1;
  for (let left = 0, right = count - 1; left < right; ) {
    const pivot = gapsFound[middle] ?? 0;
    let low = left;
    let high = right;
    while (low <= high) {
      while ((gapsFound[low] ?? 0) < pivot) low++;
      while ((gapsFound[high] ?? 0) > pivot) high--;
      if (low > high) break;
      const gap = gapsFound[low] ?? 0;
      gapsFound[low++] = gapsFound[high] ?? 0;
      gapsFound[high--] = gap;
    }
    if (high < middle) left = low;
    if (middle < low) right = high;
  }
  const upper = gapsFound[middle] ?? 0;
  if (count % 2 === 1) return upper;
  let lower = 0;
  for (let index = 0; index < middle; index++) lower = Math.max(lower, gapsFound[index] ?? 0);
  return (lower + upper) / 2;
}
