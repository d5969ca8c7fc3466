/** Different people within a sliding window: one person who tries a hundred times must count as one. */

/** People beyond this many push out those seen longest ago; far more than any minimum that is asked for. */
const mostPeople = 4096;

interface Seen {
  at: number;
  isHit: boolean;
}

/** Remembers who was seen within the window, and of whom something was true at least once. */
export class PeopleWindow {
  private readonly windowMs: number;
  /** In the order of their last sight. */
  private readonly seen = new Map<string, Seen>();
  /** Of `seen`: asked with every stop, and mostly of nobody. */
  private size = 0;
  private hits = 0;
  private newestAt = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  /** A person was seen; `isHit` sticks as long as the person stays within the window. */
  add(person: string, isHit: boolean, now: number): void {
    this.forget(now);
    const known = this.seen.get(person);
    if (known) this.drop(person, known);
    else if (this.size >= mostPeople) this.dropFirst();
    const hit = isHit || known?.isHit === true;
    this.seen.set(person, { at: now, isHit: hit });
    this.size++;
    this.newestAt = now;
    if (hit) this.hits++;
  }

  /** How many people. */
  people(now: number): number {
    this.forget(now);
    return this.size;
  }

  /** How many people, and of how many it was true. */
  counts(now: number): { readonly people: number; readonly hits: number } {
    this.forget(now);
    return { people: this.size, hits: this.hits };
  }

  private forget(now: number): void {
    if (this.size === 0) return;
    // The clock was ahead by more than the window: nobody would ever leave.
    if (now < this.newestAt - this.windowMs) {
      this.seen.clear();
      this.size = 0;
      this.hits = 0;
      return;
    }
    for (const [person, seen] of this.seen) {
      if (seen.at > now - this.windowMs) return;
      this.drop(person, seen);
    }
  }

  private dropFirst(): void {
    for (const [person, seen] of this.seen) {
      this.drop(person, seen);
      return;
    }
  }

  private drop(person: string, { isHit }: Seen): void {
    this.seen.delete(person);
    this.size--;
    if (isHit) this.hits--;
  }
}
