/** Counts over a sliding window in twelve parts: what caps and freezes compare, at the price of an addition. */

/** Parts of a window; the newest one is still filling, so that between 11 and 12 of them are looked at. */
export const windowParts = 12;

/** Numbered counters that forget what is older than the window. */
export class WindowTally {
  readonly partMs: number;
  private readonly columns: number;
  private readonly parts: Float64Array;
  private readonly sums: Float64Array;
  private part = -1;
  private began = -1;
  /** When the next part begins, and when what is kept begins. */
  private nextAt = 0;
  private firstAt = 0;

  constructor(windowMs: number, columns: number) {
    this.partMs = Math.max(1, windowMs / windowParts);
    this.columns = columns;
    this.parts = new Float64Array(columns * windowParts);
    this.sums = new Float64Array(columns);
  }

  /** Counts `weight` in a column. */
  add(column: number, weight: number, now: number): void {
    this.advance(now);
    this.addNow(column, weight);
  }

  /** As `add`, right after `advance`; what the newest part then holds. */
  addNow(column: number, weight: number): number {
    const at = (this.part % windowParts) * this.columns + column;
    const newest = (this.parts[at] ?? 0) + weight;
    this.parts[at] = newest;
    this.sums[column] = (this.sums[column] ?? 0) + weight;
    return newest;
  }

  sum(column: number, now: number): number {
    this.advance(now);
    return this.sums[column] ?? 0;
  }

  /** What the newest part holds. */
  newest(column: number, now: number): number {
    this.advance(now);
    return this.parts[(this.part % windowParts) * this.columns + column] ?? 0;
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
    this.parts.fill(0);
    this.sums.fill(0);
    this.part = -1;
    this.began = -1;
  }

  private clear(index: number): void {
    for (let column = 0; column < this.columns; column++) {
      const at = index * this.columns + column;
      this.sums[column] = (this.sums[column] ?? 0) - (this.parts[at] ?? 0);
      this.parts[at] = 0;
    }
  }
}
