/** What live policies were measured to cost, read from the data directory of a Sallyport that runs or ran. */
import type { PolicyCost } from "../../dsl/index.ts";
import { storedCosts } from "../store/stored-costs.ts";

/** Figures are read again when they are older, ms; they are stored every few minutes. */
const freshMs = 30_000;

/** Gives a policy's cost by name: of the revision that went live last. Undefined while nothing is known or the database cannot be read. */
export function measuredCosts(dataDir: string): (policy: string) => PolicyCost | undefined {
  let costs: ReadonlyMap<string, PolicyCost> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  return (policy) => {
    if (performance.now() - readAt > freshMs) {
      costs = readCosts(dataDir);
      readAt = performance.now();
    }
    return costs.get(policy);
  };
}

// The figures are an extra: without them an editor shows the rest.
function readCosts(dataDir: string): ReadonlyMap<string, PolicyCost> {
  try {
    return new Map(storedCosts(dataDir).map((cost) => [cost.policy, cost]));
  } catch {
    return new Map();
  }
}
