/** Keeps answers waiting; bounded, so that whoever is slowed down cannot slow us down. */
import type { Reply } from "../accept/reply.ts";

/** Requests that wait at once; further ones go on without a delay. */
const mostWaiting = 1000;
/** No request waits longer, ms. */
const longestMs = 30_000;

/** The requests that wait. */
export class Tarpit {
  readonly #most: number;
  waiting = 0;

  /** `most`: how many may wait at once. */
  constructor(most = mostWaiting) {
    this.#most = most;
  }

  /** Calls `next` once: after `ms`, or at once when too many wait already or the client leaves. */
  delay(reply: Pick<Reply, "isOver" | "watcher">, ms: number, next: () => void): void {
    if (this.waiting >= this.#most || reply.isOver) {
      next();
      return;
    }
    this.waiting++;
    const go = () => {
      clearTimeout(timer);
      reply.watcher = undefined;
      this.waiting--;
      next();
    };
    const timer = setTimeout(go, Math.min(ms, longestMs));
    reply.watcher = { clientGone: go };
  }
}
