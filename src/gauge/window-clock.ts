/** Time as a gauge sees it: numbered sub-buckets of its window, never going back. */

/** Sub-buckets of a window; what a window counts is exact but for the oldest, which leaves in proportion. */
export const subBuckets = 12;

/** The sub-bucket of now and how far it has gone; `advance` leaves both in fields. */
export class WindowClock {
  /** Counts from 1 at the gauge's origin. */
  epoch = 1;
  /** Part of the current sub-bucket that has passed, 0 to 1. */
  passed = 0;
  /** The latest time seen, ms since the epoch. */
  now = 0;
  /** Length of a sub-bucket. */
  readonly bucketMs: number;
  /** What `tick` counts in: 1 unless the window is longer than 12 days. */
  readonly tickMs: number;
  #origin: number | undefined = undefined;

  /** `windowMs` is at least 1 ms for each sub-bucket. */
  constructor(windowMs: number, buckets: number = subBuckets) {
    this.bucketMs = Math.max(windowMs, buckets) / buckets;
    this.tickMs = Math.max(1, Math.ceil(windowMs / 2 ** 30));
  }

  /** The latest time in 32 bits that wrap around; differences below two windows are right. */
  get tick(): number {
    return Math.floor(this.now / this.tickMs) >>> 0;
  }

  /** The first time seen; undefined before it. */
  get origin(): number | undefined {
    return this.#origin;
  }

  /** Moves to `now`; an earlier time than before counts as the latest seen. */
  advance(now: number): void {
    if (this.#origin === undefined) {
      this.#origin = now;
      this.now = now;
    }
    if (now <= this.now) return;
    this.now = now;
    const buckets = (now - this.#origin) / this.bucketMs;
    const whole = Math.floor(buckets);
    this.epoch = whole + 1;
    this.passed = buckets - whole;
  }

  /** Goes on where a clock with the same sub-buckets was. */
  resume(origin: number, now: number): void {
    this.advance(origin);
    this.advance(now);
  }
}
