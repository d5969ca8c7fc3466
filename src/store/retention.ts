/** Deletes what is older than its keeping, in steps short enough that events never wait for them. */
import type { Database } from "bun:sqlite";
import { eventIdsPerMs, eventTime } from "./event-row.ts";
import { rollupKinds, rollupSpans } from "./rollups.ts";
import { forgetVectors } from "./vector-table.ts";

const eventsAStep = 4000;
const bucketsAStep = 30;
const keptAuditLines = 100_000;

/** Deletes old rows over the writer's connection. */
export class Retention {
  readonly #database: Database;
  readonly #keepMs: number;

  constructor(database: Database, keepMs: number) {
    this.#database = database;
    this.#keepMs = keepMs;
  }

  /** Deletes one portion; true when there is more to delete. Throws SQLite's error. */
  step(now: number): boolean {
    return this.#database
      .transaction(() => {
        const hasMoreEvents = this.#deleteEvents((now - this.#keepMs) * eventIdsPerMs);
        let hasMoreBuckets = false;
        for (const span of rollupSpans) {
          const cutoff = Math.floor((now - span.keepMs) / span.bucketMs);
          for (const kind of Object.values(rollupKinds)) {
            hasMoreBuckets = this.#deleteBuckets(span.table, kind, cutoff) || hasMoreBuckets;
          }
        }
        this.#database.query("DELETE FROM console_session WHERE expires_at <= ?").run(now);
        this.#database.run(`DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ${keptAuditLines}`);
        return hasMoreEvents || hasMoreBuckets;
      })
      .immediate();
  }

  #deleteEvents(cutoffId: number): boolean {
    const last = this.#database
      .query<{ id: number }, [number]>(
        `SELECT max(id) AS id FROM (SELECT id FROM event WHERE id < ? ORDER BY id LIMIT ${eventsAStep})`,
      )
      .get(cutoffId)?.id;
    if (last === undefined || last === null) return false;
    this.#database.query("DELETE FROM receipt WHERE event <= ?").run(last);
    forgetVectors(this.#database, eventTime(last));
    return this.#database.query("DELETE FROM event WHERE id <= ?").run(last).changes >= eventsAStep;
  }

  #deleteBuckets(table: string, kind: number, cutoff: number): boolean {
    const oldest = this.#database
      .query<{ bucket: number | null }, [number]>(`SELECT min(bucket) AS bucket FROM ${table} WHERE kind = ?`)
      .get(kind)?.bucket;
    if (oldest === undefined || oldest === null || oldest >= cutoff) return false;
    const end = Math.min(cutoff, oldest + bucketsAStep);
    this.#database.query(`DELETE FROM ${table} WHERE kind = ? AND bucket < ?`).run(kind, end);
    return end < cutoff;
  }
}
