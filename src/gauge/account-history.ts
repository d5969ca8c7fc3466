/**
 * What accounts did before: when each last got in, and with which stacks and from which networks, for 90 days. Keyed
 * hashes only; kept while a live policy reads it. When memory is full, who came on many days and lately stays.
 */
import type { AccountPast } from "../describe/account-past.ts";
import type { KeyHash } from "./key-hash.ts";
import { KeyTable } from "./key-table.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { countVisit, firstOwnWord, memoryParts, visitedRows } from "./visited-rows.ts";
import { WindowClock } from "./window-clock.ts";

const forMs = 90 * 86_400_000;
const values = 6;
// A row of 68 bytes: after what all visited rows have, the last success in seconds and hashes of stacks and networks, the
// latest first; 0 is none.
const lastSeconds = firstOwnWord;
const stacks = lastSeconds + 1;
const networks = stacks + values;
const rowWords = networks + values;

const unknown: AccountPast = Object.freeze({ isKnown: false });

/** Successes of accounts. */
export class AccountHistory {
  readonly tables: readonly KeyTable[];
  readonly #table: KeyTable;
  readonly #keys: KeyHash;
  readonly #values: KeyHash;
  readonly #clock: WindowClock;

  constructor(
    hashes: { readonly keys: KeyHash; readonly values: KeyHash },
    budget: MemoryBudget,
    account: MemoryAccount,
  ) {
    this.#clock = new WindowClock(forMs, memoryParts);
    this.#table = new KeyTable(visitedRows(rowWords, this.#clock), this.#clock, budget, account);
    this.tables = [this.#table];
    this.#keys = hashes.keys;
    this.#values = hashes.values;
  }

  /** The account got in, with a stack if one can be seen; `now` in ms. */
  remember(account: string, stack: string | undefined, network: string, now: number): void {
    this.#clock.advance(now);
    const { epoch } = this.#clock;
    this.#keys.hash(account);
    const at = this.#table.claim(this.#keys.low, this.#keys.high);
    if (at < 0) return;
    const { rows } = this.#table;
    countVisit(rows, at, epoch);
    rows[at + lastSeconds] = Math.floor(now / 1000);
    if (stack !== undefined) putFirst(rows, at + stacks, this.#hashOf(stack));
    putFirst(rows, at + networks, this.#hashOf(network));
  }

  /** What is known of an account that comes now (ms); of one that never got in, only that. */
  find(account: string, stack: string | undefined, network: string, now: number): AccountPast {
    this.#clock.advance(now);
    this.#keys.hash(account);
    const at = this.#table.find(this.#keys.low, this.#keys.high);
    if (at < 0) return unknown;
    const { rows } = this.#table;
    const isStackKnown = stack === undefined ? undefined : has(rows, at + stacks, this.#hashOf(stack));
    return {
      isKnown: true,
      idleMs: Math.max(0, now - (rows[at + lastSeconds] ?? 0) * 1000),
      hasNewNetwork: has(rows, at + networks, this.#hashOf(network)) !== true,
      // Where the account's stacks were never seen, this one is not new but unknown.
      ...(isStackKnown !== undefined && { hasNewStack: !isStackKnown }),
    };
  }

  #hashOf(value: string): number {
    this.#values.hash(value);
    return this.#values.low || 1;
  }
}

function putFirst(rows: Uint32Array, start: number, hash: number): void {
  let at = start;
  while (at < start + values - 1 && rows[at] !== hash && rows[at] !== 0) at++;
  rows.copyWithin(start + 1, start, at);
  rows[start] = hash;
}

/** Undefined where there is none at all. */
function has(rows: Uint32Array, start: number, hash: number): boolean | undefined {
  if (rows[start] === 0) return undefined;
  for (let at = start; at < start + values; at++) if (rows[at] === hash) return true;
  return false;
}
