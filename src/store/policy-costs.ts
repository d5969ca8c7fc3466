/** What the policies of each revision were measured to cost, so that it is known after a restart and of older ones. */
import type { Database } from "bun:sqlite";

/** A policy's measured cost; `meanNs` is undefined while it was never timed. */
export interface StoredCost {
  readonly policy: string;
  readonly meanNs: number | undefined;
  /** Sampled requests where it applies; of those it was asked about, and of those it matched. */
  readonly requests: number;
  readonly asked: number;
  readonly matched: number;
}

/** What was measured of a revision. */
export interface RevisionCosts {
  readonly revision: number;
  readonly costs: readonly StoredCost[];
}

/** Keeps costs in the place of older ones; policies that were not measured since keep theirs. Throws SQLite's error. */
export function saveCosts(database: Database, { revision, costs }: RevisionCosts): void {
  const save = database.query(
    "INSERT OR REPLACE INTO policy_cost (revision, policy, mean_ns, requests, asked, matched, measured_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const now = Date.now();
  database.transaction(() => {
    for (const { policy, meanNs, requests, asked, matched } of costs) {
      save.run(revision, policy, meanNs ?? null, requests, asked, matched, now);
    }
  })();
}

interface CostRow {
  policy: string;
  mean_ns: number | null;
  requests: number;
  asked: number;
  matched: number;
}

/** What is known of the revision that went live last. */
export function latestCosts(database: Database): StoredCost[] {
  const latest = database
    .query<{ id: number }, []>("SELECT id FROM policy_revision ORDER BY activation DESC LIMIT 1")
    .get();
  return latest ? costsOf(database, latest.id) : [];
}

/** What is known of a revision's policies, by name. */
export function costsOf(database: Database, revision: number): StoredCost[] {
  return database
    .query<CostRow, [number]>(
      "SELECT policy, mean_ns, requests, asked, matched FROM policy_cost WHERE revision = ? ORDER BY policy",
    )
    .all(revision)
    .map(({ policy, mean_ns: meanNs, requests, asked, matched }) => ({
      policy,
      meanNs: meanNs ?? undefined,
      requests,
      asked,
      matched,
    }));
}
