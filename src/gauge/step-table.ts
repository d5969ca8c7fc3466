/**
 * Sequences: for each key and each place in the row of events, when the latest run began that has come so far. The
 * latest beginning is the one that time runs out for last, so no other run needs to be kept and the answer is exact.
 */
import type { KeyHash } from "./key-hash.ts";
import { KeyTable, type RowKind } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { subBuckets, WindowClock } from "./window-clock.ts";

const header = 3;
const mostPlaces = 64;

/** What a sequence is made of. */
export interface StepSpec {
  readonly withinMs: number;
  readonly steps: readonly { readonly atLeast: number }[];
}

/** The progress of all keys in one sequence. */
export class StepTable {
  readonly tables: readonly KeyTable[];
  readonly #table: KeyTable;
  readonly #hash: KeyHash;
  readonly #clock: WindowClock;
  readonly #withinTicks: number;
  /** First place of each step, and behind the last one the number of places. */
  readonly #firsts: readonly number[];
  readonly #places: number;

  constructor(hash: KeyHash, spec: StepSpec, budget: MemoryBudget, account: MemoryAccount) {
    const firsts = [0];
    for (const { atLeast } of spec.steps) firsts.push((firsts.at(-1) ?? 0) + Math.max(atLeast, 1));
    const places = firsts.at(-1) ?? 0;
    if (places === 0 || places > mostPlaces) throw new RangeError("a sequence has 1 to 64 events");
    const kind: RowKind = {
      words: header + places,
      livesFor: subBuckets,
      weigh: (rows, at) => this.#progress(rows, at),
    };
    this.#firsts = firsts;
    this.#places = places;
    this.#clock = new WindowClock(spec.withinMs);
    this.#withinTicks = spec.withinMs / this.#clock.tickMs;
    this.#table = new KeyTable(kind, this.#clock, budget, account);
    this.tables = [this.#table];
    this.#hash = hash;
  }

  advance(key: string, step: number, now: number): void {
    const first = this.#firsts[step];
    const end = this.#firsts[step + 1];
    if (first === undefined || end === undefined) return;
    const at = this.#row(key, now, step === 0);
    if (at < 0) return;
    const { rows } = this.#table;
    this.#dropStale(rows, at);
    rows[at + 2] = this.#clock.epoch;
    // From the last place down, so that one event is not taken twice.
    for (let place = end - 1; place >= first; place--) {
      const start = place === 0 ? this.#tick() : (rows[at + header + place - 1] ?? 0);
      const held = rows[at + header + place] ?? 0;
      if (start !== 0 && (held === 0 || this.#age(start) < this.#age(held)))
        rows[at + header + place] = start;
    }
  }

  interrupt(key: string, step: number, now: number): void {
    const first = this.#firsts[step];
    const end = this.#firsts[step + 1];
    if (first === undefined || end === undefined) return;
    const at = this.#row(key, now, false);
    // Runs that wait for the step, or for more of it, end in the place before it or within it.
    if (at >= 0) this.#table.rows.fill(0, at + header + Math.max(first - 1, 0), at + header + end - 1);
  }

  isComplete(key: string, now: number): boolean {
    const at = this.#row(key, now, false);
    if (at < 0) return false;
    const start = this.#table.rows[at + header + this.#places - 1] ?? 0;
    return start !== 0 && this.#age(start) <= this.#withinTicks;
  }

  isSaturated(now: number): boolean {
    return this.#table.isSaturated(now);
  }

  #row(key: string, now: number, isMade: boolean): number {
    this.#clock.advance(now);
    this.#hash.hash(key);
    const { low, high } = this.#hash;
    return isMade ? this.#table.claim(low, high) : this.#table.find(low, high);
  }

  /** Now, in 32 bits of which 0 is left out. */
  #tick(): number {
    return this.#clock.tick || 1;
  }

  #age(tick: number): number {
    return (this.#tick() - tick) >>> 0;
  }

  #dropStale(rows: Uint32Array, at: number): void {
    for (let place = at + header; place < at + header + this.#places; place++) {
      const start = rows[place] ?? 0;
      if (start !== 0 && this.#age(start) > this.#withinTicks) rows[place] = 0;
    }
  }

  #progress(rows: Uint32Array, at: number): number {
    let place = this.#places;
    while (place > 0 && rows[at + header + place - 1] === 0) place--;
    return place;
  }
}
