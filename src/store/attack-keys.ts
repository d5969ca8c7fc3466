/**
 * What attacks come from, as the writer sees it: clients' software by address, and by network. One whose sign-ins nearly
 * all fail or match an attack is convicted, and what signed in from it before anybody minded is looked for. An address
 * alone convicts only who left at once: other people have other software behind it, but an attacker shows other software, too.
 */
import type { AttackMatch } from "./account-rows.ts";
import type { EventRow } from "./event-row.ts";

const mostKeys = 50_000;
const mostAccounts = 16;
/** So many matched attempts over so many accounts, and so many of all attempts matched or failed, convict. */
const fewestMatched = 10;
const fewestAccounts = 5;
const leastBadShare = 0.85;
const leastMatchedShare = 0.1;
/** So few may have got in from an address before anything failed there. */
const fewGotIn = 5;
/** A key that nobody used for so long begins anew. */
const forgottenMs = 24 * 3_600_000;
const searchEveryMs = 2000;

/** Whose sign-ins belong together. */
export type AttackKey =
  | {
      readonly kind: "address";
      readonly ip: string;
      /** Empty where a front stands between. */
      readonly skeleton: string;
    }
  | { readonly kind: "place"; readonly ip: string }
  | {
      readonly kind: "print";
      readonly skeleton: string;
      /** Empty on plain HTTP. */
      readonly stack: string;
      readonly asn: number | null;
    };

/** A key that is part of an attack. */
export interface ConvictedKey {
  readonly key: AttackKey;
  readonly attack: AttackMatch;
  /** Where more of its sign-ins got in before, people share it. */
  readonly mostFound: number;
}

interface Tally {
  readonly key: AttackKey;
  attempts: number;
  matched: number;
  failed: number;
  attack: AttackMatch | undefined;
  readonly accounts: Set<string>;
  lastAt: number;
  searchedAt: number;
  isNew: boolean;
}

/** Counts sign-ins by key, in bounded memory; a process begins with nothing and learns from the running attack. */
export class AttackKeys {
  readonly #addresses = new Map<string, Tally>();
  readonly #places = new Map<string, Tally>();
  readonly #prints = new Map<string, Tally>();
  readonly #due = new Set<Tally>();

  /** Counts one attempt to sign in at `now` (ms). */
  note(row: EventRow, attack: AttackMatch | undefined, now: number): void {
    const { ip, skeleton = "", stack = "", asn } = row;
    const address: AttackKey = { kind: "address", ip, skeleton };
    this.#count(tallyOf(this.#addresses, `${ip} ${skeleton}`, address, now), row, attack, now);
    this.#count(tallyOf(this.#places, ip, { kind: "place", ip }, now), row, attack, now);
    if (skeleton === "") return;
    const print: AttackKey = { kind: "print", skeleton, stack, asn: asn ?? null };
    this.#count(tallyOf(this.#prints, `${skeleton} ${stack} ${asn ?? ""}`, print, now), row, attack, now);
  }

  /** Convicted keys where there is something new to look for. */
  takeDue(now: number): ConvictedKey[] {
    const due: ConvictedKey[] = [];
    for (const tally of this.#due) {
      if (now - tally.searchedAt < searchEveryMs) continue;
      this.#due.delete(tally);
      tally.isNew = false;
      tally.searchedAt = now;
      const { key, attack } = tally;
      if (attack && isConvicted(tally)) due.push({ key, attack, mostFound: mostGotIn(tally) });
    }
    return due;
  }

  #count(tally: Tally, row: EventRow, attack: AttackMatch | undefined, now: number): void {
    tally.attempts++;
    tally.lastAt = now;
    if (attack) {
      tally.matched++;
      // A policy in force convicts with more right than one in shadow.
      if (!tally.attack?.isInForce || attack.isInForce) tally.attack = attack;
      if (tally.accounts.size < mostAccounts) tally.accounts.add(row.accountHash ?? "");
    } else if (row.outcome !== "login.success") tally.failed++;
    if (tally.isNew || !isConvicted(tally)) return;
    tally.isNew = true;
    this.#due.add(tally);
  }
}

function isConvicted(tally: Tally): boolean {
  const { attempts, matched, failed, accounts } = tally;
  return (
    matched >= fewestMatched &&
    accounts.size >= fewestAccounts &&
    matched + failed >= leastBadShare * attempts &&
    matched >= leastMatchedShare * attempts &&
    attempts - matched - failed <= mostGotIn(tally)
  );
}

/**
 * People who share an address or a piece of software mostly get in; a list that is tried mostly does not. So those who
 * were not matched must have failed: twice as often as they got in where only software and network are the same.
 */
function mostGotIn({ key, failed }: Tally): number {
  return key.kind === "print" ? Math.floor(failed / 2) : Math.max(fewGotIn, failed);
}

function tallyOf(tallies: Map<string, Tally>, id: string, key: AttackKey, now: number): Tally {
  const known = tallies.get(id);
  if (known && now - known.lastAt < forgottenMs) return known;
  const tally: Tally = {
    key,
    attempts: 0,
    matched: 0,
    failed: 0,
    attack: undefined,
    accounts: new Set(),
    lastAt: now,
    searchedAt: 0,
    isNew: false,
  };
  tallies.set(id, tally);
  if (tallies.size > mostKeys) {
    const [oldest] = tallies.keys();
    if (oldest !== undefined) tallies.delete(oldest);
  }
  return tally;
}
