/** Time as a gauge sees it: numbered sub-buckets of its window, never going back. */

/** Sub-buckets of a window; what a window counts is exact but for the oldest, which leaves in proportion. */
export const subBuckets = 12;

/** The sub-bucket of now and how far it has gone; `advance` leaves both in fields. */
export class WindowClock {
  /** Counts from 1 at the gauge's origin. */
  epoch = 1;
  /** Part of the current sub-bucket that has passed, 0 to 1. */
  passed = 0;
  readonly #bucketMs: number;
  #origin: number | undefined = undefined;
  /** The latest time seen, ms since the epoch. */
  now = 0;

  /** `windowMs` is at least `subBuckets` ms. */
  constructor(windowMs: number) {
    this.#bucketMs = Math.max(windowMs, subBuckets) / subBuckets;
  }

  /** Moves to `now`; an earlier time than before counts as the latest seen. */
  advance(now: number): void {
    if (this.#origin === undefined) {
      this.#origin = now;
      this.now = now;
    }
    if (now <= this.now) return;
    this.now = now;
    const buckets = (now - this.#origin) / this.#bucketMs;
    const whole = Math.floor(buckets);
    this.epoch = whole + 1;
    this.passed = buckets - whole;
  }
}
