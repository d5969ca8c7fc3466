/**
 * What a session does after its sign-in. Whoever goes through a list of passwords leaves when he knows that one fits, or takes at
 * once what he came for; a person goes on, after a moment in which the next page is read. In memory and bounded:
 * of sign-ins that are forgotten nothing is said.
 */
import { randomBytes } from "node:crypto";
import type { Facts } from "../describe/facts.ts";
import type { SoftwareName } from "../store/account-rows.ts";

/**
 * What comes sooner after the request before it comes by itself: programs ask for it, or it was about to be sent when the
 * session had ended. That goes on for a while on slow lines, and not for longer, though pages that ask all the time never pause.
 */
const byItselfMs = 3000;
const longestByItselfMs = 30_000;
/** Who does nothing for so long has left. */
const watchMs = 10 * 60_000;
const mostWatched = 50_000;

/** A sign-in, and what it was done with. */
export interface WatchedSignIn {
  readonly event: number;
  readonly software: SoftwareName;
}

interface Watched extends WatchedSignIn {
  /** When it was answered, and when the last request of its session was, ms. */
  readonly at: number;
  lastAt: number;
  /** The page that its answer led to has not been asked for yet. */
  isLed: boolean;
}

/** What came of a sign-in. */
export interface WatchedEnd extends WatchedSignIn {
  readonly wentOn: boolean;
}

/** Watches the sessions of sign-ins for ten minutes each. */
export class SessionWatch {
  /** Those whose own request is not over, by event. */
  readonly #signIns = new Map<number, WatchedSignIn>();
  /** By hash, in the order in which they began. */
  readonly #sessions = new Map<bigint, Watched>();
  readonly #seed = randomBytes(8).readBigUInt64LE();
  #ends: WatchedEnd[] = [];

  /** A sign-in succeeded; its session is known once its request is over. */
  expect(signIn: WatchedSignIn): void {
    if (this.#signIns.size < mostWatched) this.#signIns.set(signIn.event, signIn);
  }

  /** Takes each request once it is over, at `now` (ms). */
  ended(id: number, facts: Facts, status: number, now: number): void {
    if (this.#signIns.size === 0 && this.#sessions.size === 0) return;
    const session = facts.placement?.session;
    const signIn = this.#signIns.get(id);
    if (signIn) this.#signIns.delete(id);
    if (session === undefined) return;
    const hash = Bun.hash.wyhash(session, this.#seed);
    if (signIn) this.#open(hash, signIn, status, now);
    else this.#used(hash, facts, now);
  }

  /** The sign-ins of which it is known by `now` (ms), each once. */
  takeEnds(now: number): readonly WatchedEnd[] {
    for (const [hash, watched] of this.#sessions) {
      if (now - watched.at < watchMs) break;
      this.#end(hash, watched, false);
    }
    const ends = this.#ends;
    this.#ends = [];
    return ends;
  }

  #open(hash: bigint, signIn: WatchedSignIn, status: number, now: number): void {
    this.#sessions.delete(hash);
    this.#sessions.set(hash, { ...signIn, at: now, lastAt: now, isLed: status >= 300 && status < 400 });
    if (this.#sessions.size <= mostWatched) return;
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined) this.#sessions.delete(oldest);
  }

  #used(hash: bigint, facts: Facts, now: number): void {
    const watched = this.#sessions.get(hash);
    if (!watched) return;
    const { at, isLed, lastAt } = watched;
    watched.lastAt = now;
    // What pages consist of follows them by itself, however slow the line is; so does the page after the form.
    if (facts.requestKind === "asset") return;
    watched.isLed = false;
    if (isLed && facts.requestKind === "navigation") return;
    const isPaused = facts.now - lastAt >= byItselfMs || facts.now - at >= longestByItselfMs;
    if (isPaused) this.#end(hash, watched, true);
  }

  #end(hash: bigint, { event, software }: Watched, wentOn: boolean): void {
    this.#sessions.delete(hash);
    if (this.#ends.length < mostWatched) this.#ends.push({ event, software, wentOn });
  }
}
