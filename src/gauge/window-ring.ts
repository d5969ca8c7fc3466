/** Counters of a sliding window inside a row: the current sub-bucket and the twelve before it, in a ring. */
import { subBuckets, type WindowClock } from "./window-clock.ts";

/** Words of a ring. */
export const ringWords = subBuckets + 1;

/** Index in the ring at `at` of the current sub-bucket, after those that passed since `last` were emptied. */
export function currentSlot(rows: Uint32Array, at: number, last: number, epoch: number): number {
  const cleared = Math.min(epoch - last, ringWords);
  for (let step = 0; step < cleared; step++) rows[at + ((epoch - step) % ringWords)] = 0;
  return at + (epoch % ringWords);
}

/** Sum over the window that ends now of a ring last written at epoch `last`; the oldest sub-bucket leaves in proportion. */
export function ringSum(rows: Uint32Array, at: number, last: number, clock: WindowClock): number {
  const oldest = clock.epoch - subBuckets;
  let sum = 0;
  for (let one = Math.max(oldest + 1, last - subBuckets, 0); one <= last; one++) {
    sum += rows[at + (one % ringWords)] ?? 0;
  }
  if (oldest > 0 && last >= oldest) sum += (rows[at + (oldest % ringWords)] ?? 0) * (1 - clock.passed);
  return sum;
}
