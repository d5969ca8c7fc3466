/** Merges the ASN ranges with the country ranges into one sorted list, so that a look-up searches once. */

/** Sorted ranges [start, end) that do not overlap, each with an index into a table of values (never 0). */
export interface Ranges<K extends number | bigint> {
  readonly starts: readonly K[];
  readonly ends: readonly K[];
  readonly values: readonly number[];
}

/** Boundaries of the merged list: entry i reaches to the start of entry i + 1, the last one to the end. */
export interface MergedRanges<K extends number | bigint> {
  readonly starts: readonly K[];
  readonly rows: readonly number[];
}

/** The keys that addresses of one family can have: from `zero` up to, and without, `limit`. */
export interface KeySpan<K extends number | bigint> {
  readonly zero: K;
  readonly limit: K;
}

/** Sweeps both lists once; `rowOf` turns the two values (0 where a list has a gap) into a row index. */
export function mergeRanges<K extends number | bigint>(
  first: Ranges<K>,
  second: Ranges<K>,
  span: KeySpan<K>,
  rowOf: (first: number, second: number) => number,
): MergedRanges<K> {
  const merged = { starts: [] as K[], rows: [] as number[] };
  const left = new RangeCursor(first);
  const right = new RangeCursor(second);
  let position: K | undefined = span.zero;
  let lastRow = -1;
  while (position !== undefined && position < span.limit) {
    const row = rowOf(left.moveTo(position), right.moveTo(position));
    if (row !== lastRow) {
      merged.starts.push(position);
      merged.rows.push(row);
      lastRow = row;
    }
    position = smaller(left.nextBoundary(position), right.nextBoundary(position));
  }
  return merged;
}

function smaller<K extends number | bigint>(a: K | undefined, b: K | undefined): K | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

/** Walks one list forward; positions must not decrease. */
class RangeCursor<K extends number | bigint> {
  private index = 0;
  private readonly ranges: Ranges<K>;

  constructor(ranges: Ranges<K>) {
    this.ranges = ranges;
  }

  /** The value at the position; 0 in a gap. */
  moveTo(position: K): number {
    for (;;) {
      const end = this.ranges.ends[this.index];
      if (end === undefined) return 0;
      if (end > position) break;
      this.index++;
    }
    const start = this.ranges.starts[this.index];
    return start !== undefined && start <= position ? (this.ranges.values[this.index] ?? 0) : 0;
  }

  nextBoundary(position: K): K | undefined {
    const start = this.ranges.starts[this.index];
    if (start === undefined) return undefined;
    return start > position ? start : this.ranges.ends[this.index];
  }
}
