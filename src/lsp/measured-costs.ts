/** What live policies were measured to cost, read from the data directory of a Sallyport that runs or ran. */
import type { Database } from "bun:sqlite";
import type { PolicyCost } from "../../dsl/index.ts";
import { databasePath, openForReading } from "../store/database.ts";
import { latestCosts } from "../store/policy-costs.ts";

/** Figures are read again when they are older, ms; they are stored every few minutes. */
const freshMs = 30_000;

/** Gives a policy's cost by name: of the revision that went live last. Undefined while nothing is known or the database cannot be read. */
export function measuredCosts(dataDir: string): (policy: string) => PolicyCost | undefined {
  let costs: ReadonlyMap<string, PolicyCost> = new Map();
  let readAt = Number.NEGATIVE_INFINITY;
  return (policy) => {
    if (performance.now() - readAt > freshMs) {
      costs = readCosts(databasePath(dataDir));
      readAt = performance.now();
    }
    return costs.get(policy);
  };
}

// The figures are an extra: without them an editor shows the rest.
function readCosts(path: string): ReadonlyMap<string, PolicyCost> {
  let database: Database | undefined;
  try {
    database = openForReading(path);
    return new Map(latestCosts(database).map((cost) => [cost.policy, cost]));
  } catch {
    return new Map();
  } finally {
    database?.close();
  }
}
