/** Policy revisions, read at the start and by the console. */
import type { Database } from "bun:sqlite";
import { desc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { policyRevision } from "./schema.ts";
import type { RevisionFile, RevisionSummary, StoredRevision } from "./store-reader.ts";

const summary = {
  id: policyRevision.id,
  hash: policyRevision.hash,
  irVersion: policyRevision.irVersion,
  createdAt: policyRevision.createdAt,
  note: policyRevision.note,
};

const whole = { ...summary, ir: policyRevision.ir, sources: policyRevision.sources };

/** The revision that was saved last, a repeated one included. */
export function latestRevision(database: Database): StoredRevision | undefined {
  const db = drizzle({ client: database });
  const row = db.select(whole).from(policyRevision).orderBy(desc(policyRevision.activation)).limit(1).get();
  return row && parsed(row);
}

/** One revision with its sources and compiled form. */
export function revisionOf(database: Database, id: number): StoredRevision | undefined {
  const row = drizzle({ client: database })
    .select(whole)
    .from(policyRevision)
    .where(eq(policyRevision.id, id))
    .get();
  return row && parsed(row);
}

/** One revision without its text. */
export function revisionSummary(database: Database, id: number): RevisionSummary | undefined {
  return drizzle({ client: database })
    .select(summary)
    .from(policyRevision)
    .where(eq(policyRevision.id, id))
    .get();
}

/** Revisions without their text, the latest first. */
export function revisionSummaries(database: Database, limit: number): RevisionSummary[] {
  return drizzle({ client: database })
    .select(summary)
    .from(policyRevision)
    .orderBy(desc(policyRevision.activation))
    .limit(limit)
    .all();
}

function parsed(row: RevisionSummary & { readonly ir: string; readonly sources: string }): StoredRevision {
  const { ir, sources, ...rest } = row;
  return { ...rest, ir: JSON.parse(ir) as unknown, files: JSON.parse(sources) as RevisionFile[] };
}
