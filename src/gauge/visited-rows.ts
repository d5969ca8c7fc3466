/**
 * Rows of what comes again on many days: how often and when last is in each, and says who stays when memory is full. A
 * flood of keys that come once changes little.
 */
import type { RowKind } from "./key-table.ts";
import type { WindowClock } from "./window-clock.ts";

// After the key's two words and the last epoch: the number of epochs seen in.
const lastEpoch = 2;
const visits = 3;
const mostVisits = 255;

/** Parts of a memory's time; how exactly visits and the end of memory are known. */
export const memoryParts = 128;

/** The first word of a row that is its owner's. */
export const firstOwnWord = visits + 1;

/** Rows of so many words. */
export function visitedRows(words: number, clock: WindowClock): RowKind {
  return {
    words,
    livesFor: memoryParts,
    // Full weight for half of the time, then less and less: who has not come for long leaves first.
    weigh: (rows, at) =>
      (rows[at + visits] ?? 0) *
      Math.min(1, 2 - (2 * (clock.epoch - (rows[at + lastEpoch] ?? 0))) / memoryParts),
  };
}

/** Counts a visit: once an epoch. */
export function countVisit(rows: Uint32Array, at: number, epoch: number): void {
  const visited = rows[at + visits] ?? 0;
  const isNew = visited === 0 || (rows[at + lastEpoch] !== epoch && visited < mostVisits);
  if (isNew) rows[at + visits] = visited + 1;
  rows[at + lastEpoch] = epoch;
}
