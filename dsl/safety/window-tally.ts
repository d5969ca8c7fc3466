/** Counts over a sliding window in twelve parts: what caps and freezes compare, at the price of an addition. */

/** Parts of a window; the newest one is still filling, so that between 11 and 12 of them are looked at. */
export const windowParts = 12;

/** Numbered counters that forget what is older than the window. */
export class WindowTally {
  readonly partMs: number;
  private readonly columns: number;
  /** The parts' counts of each column, one part after the other; behind them the sums of the window. */
  private readonly counts: Float64Array;
  private part = -1;
  private began = -1;
  /** When the next part begins, and when what is kept begins. */
  private nextAt = 0;
  private firstAt = 0;

  constructor(windowMs: number, columns: number) {
    this.partMs = Math.max(1, windowMs / windowParts);
    this.columns = columns;
    this.counts = new Float64Array(columns * (windowParts + 1));
  }

  /** Counts `weight` in a column. */
  add(column: number, weight: number, now: number): void {
    this.advance(now);
    this.addNow(column, weight);
  }

  /** As `add`, right after `advance`; what the newest part then holds. */
  addNow(column: number, weight: number): number {
    const { counts, columns } = this;
    const at = (this.part % windowParts) * columns + column;
    const newest = counts[at]! + weight;
    counts[at] = newest;
    const sum = windowParts * columns + column;
    counts[sum] = counts[sum]! + weight;
    return newest;
  }

  sum(column: number, now: number): number {
    this.advance(now);
    return this.counts[windowParts * this.columns + column]!;
  }

  /** What the newest part holds. */
  newest(column: number, now: number): number {
    this.advance(now);
    return this.counts[(this.part % windowParts) * this.columns + column]!;
  }

  /** True once the tally has been counting for a whole window. */
  isWhole(now: number): boolean {
    this.advance(now);
    return this.part - this.began >= windowParts;
  }

  /**
   * Forgets what slid out; true when another part has begun. A clock that goes back counts into the newest part, and
   * one that has been ahead by more than the window begins afresh.
   */
  advance(now: number): boolean {
    // Asked several times a request, and seldom is it time for another part.
    if (now < this.nextAt && now >= this.firstAt) return false;
    const part = Math.floor(now / this.partMs);
    if (now < this.firstAt) this.reset();
    if (part <= this.part) return false;
    this.nextAt = (part + 1) * this.partMs;
    this.firstAt = (part - windowParts) * this.partMs;
    if (this.began < 0) this.began = part;
    const gone = Math.min(windowParts, this.part < 0 ? 0 : part - this.part);
    for (let step = 1; step <= gone; step++) this.clear((this.part + step) % windowParts);
    this.part = part;
    return true;
  }

  private reset(): void {
    this.counts.fill(0);
    this.part = -1;
    this.began = -1;
  }

  private clear(index: number): void {
    const { counts, columns } = this;
    for (let column = 0; column < columns; column++) {
      const at = index * columns + column;
      const sum = windowParts * columns + column;
      counts[sum] = counts[sum]! - counts[at]!;
      counts[at] = 0;
    }
  }
}
