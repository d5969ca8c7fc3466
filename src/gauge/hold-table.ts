/** The keys that one policy holds: it does not release them the moment its condition ends, and so does not flap. */
import type { KeyHash } from "./key-hash.ts";
import { KeyTable, type RowKind } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { subBuckets, WindowClock } from "./window-clock.ts";

// A row: key, last epoch, time of the last hold, how often held (0 is not held).
const words = 5;

/** Holds per key; when memory is full, the hold that would end soonest and was seldom renewed makes room. */
export class HoldTable {
  readonly tables: readonly KeyTable[];
  readonly #table: KeyTable;
  readonly #hash: KeyHash;
  readonly #clock: WindowClock;
  readonly #forTicks: number;

  constructor(hash: KeyHash, forMs: number, budget: MemoryBudget, account: MemoryAccount) {
    this.#clock = new WindowClock(forMs);
    this.#forTicks = forMs / this.#clock.tickMs;
    const kind: RowKind = {
      words,
      livesFor: subBuckets,
      weigh: (rows, at) => (rows[at + 4] ?? 0) * this.#left(rows, at),
    };
    this.#table = new KeyTable(kind, this.#clock, budget, account);
    this.tables = [this.#table];
    this.#hash = hash;
  }

  hold(key: string, now: number): void {
    this.#clock.advance(now);
    this.#hash.hash(key);
    const at = this.#table.claim(this.#hash.low, this.#hash.high);
    if (at < 0) return;
    const { rows } = this.#table;
    rows[at + 2] = this.#clock.epoch;
    rows[at + 3] = this.#clock.tick;
    rows[at + 4] = Math.min((rows[at + 4] ?? 0) + 1, 255);
  }

  isHeld(key: string, now: number): boolean {
    const at = this.#find(key, now);
    return at >= 0 && this.#table.rows[at + 4] !== 0 && this.#left(this.#table.rows, at) > 0;
  }

  release(key: string, now: number): void {
    const at = this.#find(key, now);
    if (at >= 0) this.#table.rows[at + 4] = 0;
  }

  isSaturated(now: number): boolean {
    return this.#table.isSaturated(now);
  }

  #find(key: string, now: number): number {
    this.#clock.advance(now);
    this.#hash.hash(key);
    return this.#table.find(this.#hash.low, this.#hash.high);
  }

  /** Part of the hold's time that is left. */
  #left(rows: Uint32Array, at: number): number {
    return Math.max(0, 1 - ((this.#clock.tick - (rows[at + 3] ?? 0)) >>> 0) / this.#forTicks);
  }
}
