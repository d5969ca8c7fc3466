/**
 * `new`: how many values a key was seen with for the first time, within the sliding window. What was seen before is
 * remembered for much longer than the window, in a table of its own.
 */
import type { Gauge } from "../../dsl/index.ts";
import { countRow, countUp } from "./count-gauge.ts";
import type { KeyHash } from "./key-hash.ts";
import { KeyTable, type RowKind } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { subBuckets, WindowClock } from "./window-clock.ts";
import { ringSum } from "./window-ring.ts";

const dayMs = 86_400_000;
const countHeader = 3;

// A row: hash of key and value, last epoch of the memory, and how often seen. Known values outweigh a flood of new ones.
const seenRow: RowKind = { words: 4, livesFor: subBuckets, weigh: (rows, at) => rows[at + 3] ?? 0 };
const mostSeen = 255;

/** The times that matter to births. */
export interface BirthSpec {
  readonly windowMs: number;
  readonly memoryMs?: number | undefined;
  readonly warmUpMs?: number | undefined;
}

/** Births per key; what found no room in the memory is not counted. */
export class NewGauge implements Gauge {
  readonly tables: readonly KeyTable[];
  readonly #births: KeyTable;
  readonly #seen: KeyTable;
  readonly #keys: KeyHash;
  readonly #values: KeyHash;
  readonly #clock: WindowClock;
  readonly #memoryClock: WindowClock;
  readonly #warmUpMs: number;

  constructor(
    hashes: { readonly keys: KeyHash; readonly values: KeyHash },
    clock: WindowClock,
    spec: BirthSpec,
    budget: MemoryBudget,
    account: MemoryAccount,
  ) {
    const memoryMs = Math.max(spec.memoryMs ?? 30 * dayMs, spec.windowMs);
    this.#clock = clock;
    this.#memoryClock = new WindowClock(memoryMs);
    this.#births = new KeyTable(countRow, clock, budget, account);
    this.#seen = new KeyTable(seenRow, this.#memoryClock, budget, account);
    this.tables = [this.#births, this.#seen];
    this.#keys = hashes.keys;
    this.#values = hashes.values;
    this.#warmUpMs = spec.warmUpMs ?? Math.max(spec.windowMs, Math.min(subBuckets * spec.windowMs, dayMs));
  }

  observe(key: string, value: string, now: number): void {
    this.#clock.advance(now);
    this.#memoryClock.advance(now);
    this.#keys.hash(key);
    this.#values.hash(value);
    const { low, high } = this.#keys;
    const at = this.#seen.claim(
      (Math.imul(low, 0x9e3779b1) ^ this.#values.low) >>> 0,
      (Math.imul(high, 0x85ebca77) ^ this.#values.high) >>> 0,
    );
    if (at < 0) return;
    const { rows } = this.#seen;
    rows[at + 2] = this.#memoryClock.epoch;
    const times = rows[at + 3] ?? 0;
    if (times < mostSeen) rows[at + 3] = times + 1;
    if (times > 0 || this.#isWarmingUp()) return;
    const count = this.#births.claim(low, high);
    if (count >= 0) countUp(this.#births.rows, count, this.#clock.epoch);
  }

  read(key: string, now: number): number | undefined {
    this.#clock.advance(now);
    if (this.#isWarmingUp()) return undefined;
    this.#keys.hash(key);
    const at = this.#births.find(this.#keys.low, this.#keys.high);
    if (at < 0) return 0;
    const { rows } = this.#births;
    return Math.round(ringSum(rows, at + countHeader, rows[at + 2] ?? 0, this.#clock));
  }

  isSaturated(now: number): boolean {
    return this.#births.isSaturated(now) || this.#seen.isSaturated(now);
  }

  // A gauge that nothing was ever observed with knows nobody either.
  #isWarmingUp(): boolean {
    const since = this.#memoryClock.origin;
    return since === undefined || this.#clock.now - since < this.#warmUpMs;
  }
}
