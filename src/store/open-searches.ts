/**
 * What was convicted stays open for a while: what the sessions of its sign-ins do is known only minutes later. In memory,
 * and bounded: the one that was convicted longest ago is closed first.
 */

/** The same is looked for again at most so often. */
const searchEveryMs = 2000;

interface Open<T> {
  readonly what: T;
  readonly until: number;
  searchedAt: number;
  /** There is something new since. */
  isOwed: boolean;
}

/** Searches by the name of what is looked for. */
export class OpenSearches<T> {
  readonly #open = new Map<string, Open<T>>();
  readonly #most: number;

  /** `most`: how many may be open. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Opens one until then (ms), or opens it anew; `searchedAt` (ms) where it was just looked for. */
  put(name: string, what: T, until: number, searchedAt?: number): void {
    const before = this.#open.get(name)?.searchedAt ?? 0;
    this.#open.delete(name);
    const isOwed = searchedAt === undefined;
    this.#open.set(name, { what, until, searchedAt: searchedAt ?? before, isOwed });
    if (this.#open.size <= this.#most) return;
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.#open.delete(oldest);
  }

  /** More is known of sign-ins: everything is to be looked for again, in its time. */
  noteNews(): void {
    for (const open of this.#open.values()) open.isOwed = true;
  }

  /** What is to be looked for again at `now` (ms). */
  takeDue(now: number): T[] {
    const due: T[] = [];
    for (const [name, open] of this.#open) {
      if (now > open.until) this.#open.delete(name);
      else if (open.isOwed && now - open.searchedAt >= searchEveryMs) {
        open.searchedAt = now;
        open.isOwed = false;
        due.push(open.what);
      }
    }
    return due;
  }
}
