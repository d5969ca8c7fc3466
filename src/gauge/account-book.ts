/**
 * Account memory: with which values an account or a session was seen, for up to 90 days. Keyed hashes only, six values
 * a key. When memory is full, who came on many days and lately stays; a flood of accounts that come once changes little.
 */
import type { KeyHash } from "./key-hash.ts";
import { KeyTable } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { countVisit, firstOwnWord, memoryParts, visitedRows } from "./visited-rows.ts";
import { WindowClock } from "./window-clock.ts";

const values = 6;
// A row of 52 bytes: after what all visited rows have, value hashes (0 is none) and their last epochs in 16 bits.
const hashes = firstOwnWord;
const stamps = hashes + values;
const rowWords = stamps + values / 2;

/** Remembered values of keys. */
export class AccountBook {
  readonly tables: readonly KeyTable[];
  readonly #table: KeyTable;
  readonly #keys: KeyHash;
  readonly #values: KeyHash;
  readonly #clock: WindowClock;

  constructor(
    hashesOf: { readonly keys: KeyHash; readonly values: KeyHash },
    forMs: number,
    budget: MemoryBudget,
    account: MemoryAccount,
  ) {
    this.#clock = new WindowClock(forMs, memoryParts);
    this.#table = new KeyTable(visitedRows(rowWords, this.#clock), this.#clock, budget, account);
    this.tables = [this.#table];
    this.#keys = hashesOf.keys;
    this.#values = hashesOf.values;
  }

  remember(key: string, value: string, now: number): void {
    this.#clock.advance(now);
    const { epoch } = this.#clock;
    this.#keys.hash(key);
    const at = this.#table.claim(this.#keys.low, this.#keys.high);
    if (at < 0) return;
    const { rows } = this.#table;
    countVisit(rows, at, epoch);
    const hash = this.#hashOf(value);
    const index = this.#placeFor(rows, at, hash);
    rows[at + hashes + index] = hash;
    const shift = (index & 1) * 16;
    const pair = at + stamps + (index >>> 1);
    rows[pair] = ((rows[pair] ?? 0) & ~(0xffff << shift)) | ((epoch & 0xffff) << shift);
  }

  isKnown(key: string, value: string, now: number): boolean {
    return this.#look(key, value, now) === true;
  }

  isNew(key: string, value: string, now: number): boolean {
    return this.#look(key, value, now) !== true;
  }

  differs(key: string, value: string, now: number): boolean | undefined {
    const isKnown = this.#look(key, value, now);
    return isKnown === undefined ? undefined : !isKnown;
  }

  isSaturated(now: number): boolean {
    return this.#table.isSaturated(now);
  }

  /** Whether the value is one of the key's; undefined when the key has none. */
  #look(key: string, value: string, now: number): boolean | undefined {
    this.#clock.advance(now);
    this.#keys.hash(key);
    const at = this.#table.find(this.#keys.low, this.#keys.high);
    if (at < 0) return undefined;
    const hash = this.#hashOf(value);
    const { rows } = this.#table;
    let found: boolean | undefined;
    for (let index = 0; index < values; index++) {
      const held = rows[at + hashes + index] ?? 0;
      if (held === 0 || this.#age(rows, at, index) > memoryParts) continue;
      if (held === hash) return true;
      found = false;
    }
    return found;
  }

  /** Where the value is, or else a free place, or else that of the value not seen for longest; stale ones are dropped. */
  #placeFor(rows: Uint32Array, at: number, hash: number): number {
    let place = 0;
    let placeAge = -1;
    let match = -1;
    for (let index = 0; index < values; index++) {
      let age = this.#age(rows, at, index);
      // Dropped now, or 16 bits of time would make it look fresh again after years.
      if (age > memoryParts) rows[at + hashes + index] = 0;
      const held = rows[at + hashes + index] ?? 0;
      if (held === hash) match = index;
      if (held === 0) age = Number.POSITIVE_INFINITY;
      if (age > placeAge) {
        place = index;
        placeAge = age;
      }
    }
    return match < 0 ? place : match;
  }

  #age(rows: Uint32Array, at: number, index: number): number {
    const stamp = (rows[at + stamps + (index >>> 1)] ?? 0) >>> ((index & 1) * 16);
    return (this.#clock.epoch - stamp) & 0xffff;
  }

  #hashOf(value: string): number {
    this.#values.hash(value);
    return this.#values.low || 1;
  }
}
