/** The reader's calls over one read-only connection. */
import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { and, desc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { accountPage, accountStory, erasuresAfter, releasesAt, turnsAfter } from "./account-queries.ts";
import { switchesAt } from "./enforcement-switch.ts";
import { findRemains } from "./erase-account.ts";
import { EventDecoder, type StoredEvent } from "./event-decoder.ts";
import { eventTime } from "./event-row.ts";
import { searchEvents } from "./event-search.ts";
import { outboxEntry, outboxPage } from "./outbox-decoder.ts";
import { overviewOf } from "./overview-query.ts";
import { costsOf } from "./policy-costs.ts";
import { revisionOf, revisionSummaries, revisionSummary } from "./revision-queries.ts";
import { rollupKinds, rollupSpans } from "./rollups.ts";
import { audit, consoleSession, user } from "./schema.ts";
import type { StorageUsage } from "./store-reader.ts";
import type { ReaderAnswers } from "./worker-messages.ts";

const maxListed = 1000;

/** Everything that the console asks; each throws SQLite's error or an AppError. */
export function readAnswers(database: Database, path: string): ReaderAnswers {
  const db = drizzle({ client: database });
  const decoder = new EventDecoder(database);
  const eventById = database.prepare<StoredEvent, [number]>("SELECT * FROM event WHERE id = ?");
  const receiptOf = database.prepare<{ json: string }, [number]>("SELECT json FROM receipt WHERE event = ?");
  return {
    overview: (windowMs) => overviewOf(database, windowMs, Date.now()),
    events: (filter, cursor, limit) => searchEvents(database, decoder, filter, cursor, limit),
    event: (id) => {
      const stored = eventById.get(id);
      if (!stored) return undefined;
      const event = decoder.decode(stored, receiptOf.get(id)?.json, true);
      return { event, revision: revisionSummary(database, event.revision) };
    },
    user: (name) => db.select().from(user).where(eq(user.name, name)).get(),
    session: (tokenHash) =>
      db
        .select()
        .from(consoleSession)
        .where(and(eq(consoleSession.tokenHash, tokenHash), gt(consoleSession.expiresAt, Date.now())))
        .get(),
    revisions: (limit) => revisionSummaries(database, listed(limit)),
    revision: (id) => revisionOf(database, id),
    policyCosts: (revision) => costsOf(database, revision),
    auditLog: (limit) =>
      db
        .select({ at: audit.at, who: audit.who, action: audit.action, detail: audit.detail })
        .from(audit)
        .orderBy(desc(audit.id))
        .limit(listed(limit))
        .all(),
    outbox: (state, limit) => outboxPage(database, state, listed(limit)),
    delivery: (id) => outboxEntry(database, id),
    switches: () => switchesAt(database, Date.now()),
    accounts: (filter, cursor, limit) => accountPage(database, filter, cursor, listed(limit)),
    accountStory: (id) => accountStory(database, id),
    accountRemains: (hash) => findRemains(database, hash),
    releases: () => releasesAt(database, Date.now()),
    erasures: (after) => erasuresAfter(database, after),
    accountTurns: (after) => turnsAfter(database, after),
    storage: () => storageUsage(database, path),
  };
}

function listed(limit: number): number {
  return Math.min(maxListed, Math.max(1, Math.floor(limit) || 1));
}

function storageUsage(database: Database, path: string): StorageUsage {
  const oldestId = database.query<{ id: number | null }, []>("SELECT min(id) AS id FROM event").get()?.id;
  const databaseBytes = sizeOf(path) + sizeOf(`${path}-wal`);
  if (oldestId === null || oldestId === undefined) {
    return { databaseBytes, estimatedEvents: 0, oldestEvent: undefined };
  }
  const oldestEvent = eventTime(oldestId);
  const hours = rollupSpans[1];
  const estimate = database
    .query<{ n: number | null }, [number, number]>(
      `SELECT sum(requests) AS n FROM ${hours.table} WHERE kind = ? AND bucket >= ?`,
    )
    .get(rollupKinds.total, Math.floor(oldestEvent / hours.bucketMs));
  return { databaseBytes, estimatedEvents: estimate?.n ?? 0, oldestEvent };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
