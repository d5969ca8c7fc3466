/** Rate limits: how much of each key passed in the sliding window, counted so that the limit is never exceeded. */
import { countRow, countUp } from "./count-gauge.ts";
import type { KeyHash } from "./key-hash.ts";
import { KeyTable } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { subBuckets, WindowClock } from "./window-clock.ts";
import { ringWords } from "./window-ring.ts";

const header = 3;

/** Passes per key. The oldest sub-bucket counts whole until it has left: rather a twelfth too long than one too many. */
export class RateTable {
  readonly tables: readonly KeyTable[];
  readonly #table: KeyTable;
  readonly #hash: KeyHash;
  readonly #clock: WindowClock;
  readonly #limit: number;

  constructor(
    hash: KeyHash,
    spec: { readonly limit: number; readonly windowMs: number },
    budget: MemoryBudget,
    account: MemoryAccount,
  ) {
    this.#clock = new WindowClock(spec.windowMs);
    this.#table = new KeyTable(countRow, this.#clock, budget, account);
    this.tables = [this.#table];
    this.#hash = hash;
    this.#limit = spec.limit;
  }

  take(key: string, now: number): boolean {
    this.#clock.advance(now);
    this.#hash.hash(key);
    const at = this.#table.claim(this.#hash.low, this.#hash.high);
    if (at < 0) return true;
    if (this.#passed(at) >= this.#limit) return false;
    countUp(this.#table.rows, at, this.#clock.epoch);
    return true;
  }

  isOver(key: string, now: number): boolean {
    const at = this.#find(key, now);
    return this.#limit < 1 || (at >= 0 && this.#passed(at) >= this.#limit);
  }

  waitMs(key: string, now: number): number {
    const at = this.#find(key, now);
    if (at < 0) return 0;
    let passed = this.#passed(at);
    if (passed < this.#limit) return 0;
    const { epoch, bucketMs } = this.#clock;
    const last = this.#table.rows[at + 2] ?? 0;
    for (let one = Math.max(epoch - subBuckets, 1); one <= last; one++) {
      passed -= this.#table.rows[at + header + (one % ringWords)] ?? 0;
      // The sub-bucket leaves when the window's oldest is the one after it.
      if (passed < this.#limit) return (one + subBuckets + 1 - epoch - this.#clock.passed) * bucketMs;
    }
    return ringWords * bucketMs;
  }

  isSaturated(now: number): boolean {
    return this.#table.isSaturated(now);
  }

  #find(key: string, now: number): number {
    this.#clock.advance(now);
    this.#hash.hash(key);
    return this.#table.find(this.#hash.low, this.#hash.high);
  }

  #passed(at: number): number {
    const { rows } = this.#table;
    const last = rows[at + 2] ?? 0;
    let sum = 0;
    for (let one = Math.max(this.#clock.epoch - subBuckets, last - subBuckets, 0); one <= last; one++) {
      sum += rows[at + header + (one % ringWords)] ?? 0;
    }
    return sum;
  }
}
