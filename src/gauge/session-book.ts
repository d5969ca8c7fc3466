/** Which account each session was opened for, in bounded memory; tokens are kept as keyed hashes only. */
import { randomBytes } from "node:crypto";

/** Sessions that are remembered, at most; the one seen longest ago is forgotten first. */
const mostSessions = 200_000;
const livesMs = 30 * 24 * 3_600_000;

interface Opened {
  readonly account: string;
  readonly at: number;
}

/** Sessions to accounts; what is known does not survive a restart. */
export class SessionBook {
  readonly #sessions = new Map<string, Opened>();
  readonly #key = randomBytes(32);
  readonly #most: number;

  constructor(most = mostSessions) {
    this.#most = most;
  }

  /** Remembers that a session was opened for an account at `now` (ms); a session that was opened before changes hands. */
  open(session: string, account: string, now: number): void {
    const hash = this.#hash(session);
    this.#sessions.delete(hash);
    this.#sessions.set(hash, { account, at: now });
    if (this.#sessions.size <= this.#most) return;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined) this.#sessions.delete(oldest);
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

  #hash(session: string): string {
    return new Bun.CryptoHasher("sha256", this.#key).update(session).digest("base64");
  }
}
