/** What stands in for a measure's usual value until there is one, and what it is never below. */
import type { MeasureIr } from "./policy-ir.ts";

/** In the unit of the gauge: parts of one, ms, or a number of occurrences or values. */
export interface UsualBounds {
  /** Three times nothing would be everyone. */
  readonly floor: number;
  /** How much of something is usual only the app's own traffic tells: without a prior the comparison is unknown. */
  readonly prior: number | undefined;
}

/** Above this share nothing is usual, whatever multiple of the usual one is asked for; percent. */
const highestShare = 95;

/** Floor and prior of a measure. */
export function usualBounds({ kind, part }: Pick<MeasureIr, "kind" | "part">): UsualBounds {
  switch (kind) {
    case "share":
      // Sign-in, registration and card look-ups of people: about one in seven goes wrong.
      return part?.some(({ kinds }) => kinds.includes("success")) === true
        ? { floor: 0.05, prior: 0.85 }
        : { floor: 0.05, prior: 0.15 };
    case "count":
      return { floor: 5, prior: undefined };
    case "distinct":
    case "new":
      return { floor: 3, prior: undefined };
    case "gap":
      return { floor: 1000, prior: undefined };
  }
}

/** The value that `FACTOR usual` stands for; a share that is to be exceeded stays below all of it; in percent. */
export function usualLimit(kind: MeasureIr["kind"], usual: number, factor: number): number {
  const limit = usual * factor;
  return kind === "share" && factor > 1 ? Math.min(limit, Math.max(highestShare, (usual + 100) / 2)) : limit;
}
