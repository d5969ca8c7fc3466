/** Which account each session was opened for, in bounded memory; tokens are kept as keyed hashes only. */
import { randomBytes } from "node:crypto";
import { SealedParts } from "./sealed-parts.ts";

/** Sessions that are remembered, at most; the one seen longest ago is forgotten first. */
const mostSessions = 200_000;
/** Sessions that wait for a second step. */
const mostAwaited = 20_000;
const livesMs = 30 * 24 * 3_600_000;
/** A second step that takes longer begins anew. */
const awaitedMs = 30 * 60_000;
/** Sessions in one part of a snapshot. */
const partSize = 2_000;

interface Opened {
  readonly account: string;
  /** When, ms since the epoch. */
  readonly at: number;
  /** The print of the stack that it was opened with. */
  readonly stack?: string | undefined;
  /** The account's name as it was written at the login, where that differs. */
  readonly written?: string | undefined;
}

/** What differs from the usual. */
export interface SessionBookOptions {
  readonly most?: number;
  /** 32 secret bytes that stay the same over restarts; random ones where nothing is to outlive the process. */
  readonly key?: Uint8Array;
}

/** Sessions to accounts. */
export class SessionBook {
  readonly #sessions = new Map<string, Opened>();
  /** Whose second step is awaited. */
  readonly #awaited = new Map<string, Opened>();
  readonly #key: Uint8Array;
  readonly #most: number;

  constructor({ most = mostSessions, key = randomBytes(32) }: SessionBookOptions = {}) {
    this.#key = key;
    this.#most = most;
  }

  /** Remembers that a session was opened for an account at `now` (ms); a session that was opened before changes hands. */
  open(session: string, account: string, now: number, more: Pick<Opened, "stack" | "written"> = {}): void {
    const hash = this.#hash(session);
    this.#awaited.delete(hash);
    put(this.#sessions, hash, opened(account, now, more), this.#most);
  }

  /** A session's account and when it was opened; undefined when not known, or more than 30 days before `now` (ms). */
  find(session: string, now: number): Opened | undefined {
    if (this.#sessions.size === 0) return undefined;
    const hash = this.#hash(session);
    const found = this.#sessions.get(hash);
    if (!found) return undefined;
    this.#sessions.delete(hash);
    if (now - found.at > livesMs) return undefined;
    this.#sessions.set(hash, found);
    return found;
  }

  /** The account has passed the first of two steps; the session is not its own yet. */
  awaitStep(session: string, account: string, now: number, written?: string): void {
    put(this.#awaited, this.#hash(session), opened(account, now, { written }), mostAwaited);
  }

  /** The account whose second step a session is in. */
  awaited(session: string, now: number): string | undefined {
    return this.#awaiting(session, now)?.account;
  }

  /** The account of a session, or of one whose second step is awaited, as it was written at the login; undefined where that is its usual form. */
  writtenOf(session: string, now: number): string | undefined {
    return (this.#awaiting(session, now) ?? this.find(session, now))?.written;
  }

  #awaiting(session: string, now: number): Opened | undefined {
    const found = this.#awaited.get(this.#hash(session));
    return found && now - found.at <= awaitedMs ? found : undefined;
  }

  /** A session goes on under a new token; as old as before. Both are known: requests with the old one may be on their way. */
  passOn(from: string, to: string, now: number): void {
    const found = from === to ? undefined : this.find(from, now);
    if (found) put(this.#sessions, this.#hash(to), found, this.#most);
  }

  /** A session is over. */
  forget(session: string): void {
    const hash = this.#hash(session);
    this.#sessions.delete(hash);
    this.#awaited.delete(hash);
  }

  /** Forgets every session of the accounts that `isErased` names; returns how many. */
  forgetAccounts(isErased: (account: string) => boolean): number {
    let forgotten = 0;
    for (const map of [this.#sessions, this.#awaited]) {
      for (const [hash, { account }] of map) {
        if (isErased(account) && map.delete(hash)) forgotten++;
      }
    }
    return forgotten;
  }

  /** All sessions in parts, sealed: with the accounts' names in them, since webhooks about a session name its account. */
  *snapshotParts(): Generator<Uint8Array> {
    const seal = new SealedParts(this.#key);
    let part: unknown[] = [];
    // Sessions move to the end as they are used: the map itself would never end.
    const entries = Array.from(this.#sessions);
    for (const [hash, { account, at, stack, written }] of entries) {
      part.push([hash, account, at, stack ?? null, written ?? null]);
      if (part.length < partSize) continue;
      yield seal.seal(JSON.stringify(part));
      part = [];
    }
    yield seal.seal(JSON.stringify(part));
  }

  /** Takes up a snapshot; false, and nothing has changed, where it is not whole or not our own. */
  restore(file: Uint8Array): boolean {
    const texts = new SealedParts(this.#key).open(file);
    if (!texts) return false;
    for (const text of texts) {
      // INVARIANT: what was sealed with our key is what `snapshotParts` wrote.
      for (const [hash, account, at, stack, written] of JSON.parse(text) as SavedSession[]) {
        const more = { stack: stack ?? undefined, written: written ?? undefined };
        put(this.#sessions, hash, opened(account, at, more), this.#most);
      }
    }
    return true;
  }

  #hash(session: string): string {
    return new Bun.CryptoHasher("sha256", this.#key).update(session).digest("base64");
  }
}

/** Older snapshots have less. */
type SavedSession = [
  hash: string,
  account: string,
  at: number,
  stack?: string | null,
  written?: string | null,
];

function opened(account: string, at: number, { stack, written }: Pick<Opened, "stack" | "written">): Opened {
  return { account, at, ...(stack !== undefined && { stack }), ...(written !== undefined && { written }) };
}

function put(map: Map<string, Opened>, hash: string, opened: Opened, most: number): void {
  map.delete(hash);
  map.set(hash, opened);
  if (map.size <= most) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
