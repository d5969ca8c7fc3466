/**
 * What policies convict while they match: the clusters of requests that each takes for one attack. Who signed in under
 * the same key before is then looked for. In memory, and bounded: a process that starts learns from the running attack.
 */
import type { Cluster } from "../../dsl/index.ts";
import type { AttackMatch, Conviction, SoftwareName } from "../store/account-rows.ts";

const mostClusters = 20_000;
/** So many requests about so many accounts convict: one person who tries again and again is no campaign. */
const fewestMatched = 5;
const fewestAccounts = 3;
/**
 * A policy that is right stops more than it let pass before. Where many got in unminded and few were stopped, it may be
 * wrong: then their accounts are not touched until it has stopped more.
 */
const fewFound = 10;
const foundForMatched = 2;
/** With software that so many accounts were tried with goes through the list whoever has it, as far as nothing speaks for him. */
const fewestTried = 10;
const mostSoftware = 8;
/** A policy minds only what it can tell: who came shortly after the last that it minded belongs to the attack, too. */
const tailMs = 600_000;
/** What nobody matched for so long begins anew. */
const forgottenMs = 3_600_000;

interface Tried {
  readonly name: SoftwareName;
  readonly accounts: Set<string>;
}

/** One request that a policy in force took for an attack. */
export interface MatchedAttempt {
  readonly cluster: Cluster;
  readonly attack: AttackMatch;
  readonly account: string;
  readonly software: SoftwareName;
  /** In ms. */
  readonly now: number;
}

interface Tally {
  readonly isWide: boolean;
  readonly lookBackMs: number;
  attack: AttackMatch;
  matched: number;
  readonly accounts: Set<string>;
  readonly software: Map<string, Tried>;
  readonly firstAt: number;
  lastAt: number;
  isNew: boolean;
}

/** Counts matches by cluster. */
export class Convictions {
  readonly #tallies = new Map<string, Tally>();
  readonly #due = new Set<string>();

  /** A policy in force took a request of an account for an attack. */
  note({ cluster: { id, isWide, lookBackMs }, attack, account, software, now }: MatchedAttempt): void {
    let tally = this.#tallies.get(id);
    if (!tally || now - tally.lastAt > forgottenMs) {
      tally = {
        isWide,
        lookBackMs,
        attack,
        matched: 0,
        accounts: new Set(),
        software: new Map(),
        firstAt: now,
        lastAt: now,
        isNew: false,
      };
      this.#put(id, tally);
    }
    tally.matched++;
    tally.lastAt = now;
    if (tally.accounts.size < fewestAccounts) tally.accounts.add(account);
    noteSoftware(tally, software, account);
    if (tally.isNew || tally.matched < fewestMatched || tally.accounts.size < fewestAccounts) return;
    tally.isNew = true;
    this.#due.add(id);
  }

  /** Where there is something new to look for, by cluster; `hash` makes a number of its id. */
  takeDue(hash: (id: string) => number): ReadonlyMap<string, Conviction> {
    const due = new Map<string, Conviction>();
    for (const id of this.#due) {
      const tally = this.#tallies.get(id);
      if (!tally) continue;
      tally.isNew = false;
      const { attack, firstAt, isWide, lastAt, lookBackMs, matched } = tally;
      const mostFound = Math.max(fewFound, foundForMatched * matched);
      const tried = [...tally.software.values()].filter(({ accounts }) => accounts.size >= fewestTried);
      due.set(id, {
        cluster: hash(id),
        isWide,
        attack,
        since: firstAt - lookBackMs,
        until: lastAt + tailMs,
        software: tried.map(({ name }) => name),
        mostFound,
      });
    }
    this.#due.clear();
    return due;
  }

  /** Looking failed: it is due again. */
  again(ids: Iterable<string>): void {
    for (const id of ids) this.#due.add(id);
  }

  #put(id: string, tally: Tally): void {
    this.#tallies.delete(id);
    this.#tallies.set(id, tally);
    if (this.#tallies.size <= mostClusters) return;
    const [oldest] = this.#tallies.keys();
    if (oldest !== undefined) this.#tallies.delete(oldest);
  }
}

function noteSoftware({ software }: Tally, name: SoftwareName, account: string): void {
  const id = `${name.skeleton} ${name.stack}`;
  let tried = software.get(id);
  if (!tried) {
    if (software.size >= mostSoftware) return;
    tried = { name, accounts: new Set() };
    software.set(id, tried);
  }
  if (tried.accounts.size < fewestTried) tried.accounts.add(account);
}
