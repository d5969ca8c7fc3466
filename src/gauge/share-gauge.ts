/** `share`: which part of a key's finished outcomes were of the kind asked for, once there are enough of them. */
import type { Gauge } from "../../dsl/index.ts";
import type { KeyHash } from "./key-hash.ts";
import { KeyTable, type RowKind } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { subBuckets, type WindowClock } from "./window-clock.ts";
import { currentSlot, ringWords } from "./window-ring.ts";

// A row is one cache line: key, last epoch, and a ring of words that hold all outcomes in their low half and the
// counted ones in their high half.
const header = 3;
const fullHalf = 0xffff;

const rowKind: RowKind = {
  words: header + ringWords,
  livesFor: subBuckets,
  weigh(rows, at) {
    let sum = 0;
    for (let slot = 0; slot < ringWords; slot++) sum += (rows[at + header + slot] ?? 0) & fullHalf;
    return sum;
  },
};

/** Shares per key, from 0 to 1; a key that found no room, or has too little support, has no reading. */
export class ShareGauge implements Gauge {
  readonly tables: readonly KeyTable[];
  readonly #table: KeyTable;
  readonly #hash: KeyHash;
  readonly #clock: WindowClock;
  readonly #atLeast: number;

  constructor(
    hash: KeyHash,
    clock: WindowClock,
    atLeast: number,
    budget: MemoryBudget,
    account: MemoryAccount,
  ) {
    this.#table = new KeyTable(rowKind, clock, budget, account);
    this.tables = [this.#table];
    this.#hash = hash;
    this.#clock = clock;
    this.#atLeast = Math.max(atLeast, 1);
  }

  observe(key: string, value: string, now: number): void {
    this.#clock.advance(now);
    const { epoch } = this.#clock;
    this.#hash.hash(key);
    const at = this.#table.claim(this.#hash.low, this.#hash.high);
    if (at < 0) return;
    const { rows } = this.#table;
    const slot = currentSlot(rows, at + header, rows[at + 2] ?? 0, epoch);
    rows[at + 2] = epoch;
    const word = rows[slot] ?? 0;
    // At its bound a sub-bucket forgets half of both, which leaves the share as it is.
    const kept = (word & fullHalf) === fullHalf ? (word >>> 1) & 0x7fff7fff : word;
    rows[slot] = kept + (value === "" ? 1 : 0x10001);
  }

  read(key: string, now: number): number | undefined {
    this.#clock.advance(now);
    const { epoch, passed } = this.#clock;
    this.#hash.hash(key);
    const at = this.#table.find(this.#hash.low, this.#hash.high);
    if (at < 0) return undefined;
    const { rows } = this.#table;
    const last = rows[at + 2] ?? 0;
    const oldest = Math.max(epoch - subBuckets, 0);
    let all = 0;
    let counted = 0;
    for (let one = Math.max(oldest, last - subBuckets); one <= last; one++) {
      const word = rows[at + header + (one % ringWords)] ?? 0;
      const weight = one === oldest ? 1 - passed : 1;
      all += (word & fullHalf) * weight;
      counted += (word >>> 16) * weight;
    }
    return Math.round(all) < this.#atLeast ? undefined : counted / all;
  }

  isSaturated(now: number): boolean {
    return this.#table.isSaturated(now);
  }
}
