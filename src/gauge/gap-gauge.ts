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
const sorted = new Uint32Array(keptGaps);

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
      insert(found, gap);
    }
    if (found + 1 < this.#atLeast) return undefined;
    const middle = found >>> 1;
    const [low, high] = this.#isShortest ? [0, 0] : [found % 2 === 1 ? middle : middle - 1, middle];
    return (((sorted[low] ?? 0) + (sorted[high] ?? 0)) / 2) * this.#clock.tickMs;
  }

  isSaturated(now: number): boolean {
    return this.#table.isSaturated(now);
  }
}

/** Puts a gap in its place among the first `size` sorted ones. */
function insert(size: number, gap: number): void {
  let index = size;
  for (; index > 0 && (sorted[index - 1] ?? 0) > gap; index--) sorted[index] = sorted[index - 1] ?? 0;
  sorted[index] = gap;
}
