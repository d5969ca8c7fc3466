/** What must not be lost, in one transaction that is on disk before it is answered; whatever belongs to it rides along. */
import type { Database } from "bun:sqlite";
import { growAlert } from "./digest-rows.ts";
import type { DurableEntry, NewCall } from "./outbox-rows.ts";

/** Runs one transaction that is on disk, also after a power cut, when it returns. */
export function durably<T>(database: Database, run: () => T): T {
  database.run("PRAGMA synchronous = FULL");
  try {
    return database.transaction(run).immediate();
  } finally {
    database.run("PRAGMA synchronous = NORMAL");
  }
}

/** Writes calls and alerts inside a transaction of the caller's; resolves to how many calls are new. */
export function writeEntry(database: Database, { calls, alerts }: DurableEntry, now: number): number {
  const fresh = calls.filter((call) => writeCall(database, call, now)).length;
  for (const alert of alerts) growAlert(database, alert, now);
  return fresh;
}

function writeCall(database: Database, call: NewCall, now: number): boolean {
  const { id, target, policy, app, event, body, once } = call;
  if (once) {
    const taken = database
      .query(
        `INSERT INTO told_once (key, until) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE told_once.until <= ?3`,
      )
      .run(once.key, once.until, now);
    if (taken.changes === 0) return false;
  }
  const added = database
    .query(
      `INSERT INTO outbox (id, kind, target, policy, app, event, body, state, attempts, next_at, created_at)
       VALUES (?, 'webhook', ?, ?, ?, ?, ?, 0, 0, ?, ?) ON CONFLICT (id) DO NOTHING`,
    )
    .run(id, target, policy, app, event, body, now, now);
  return added.changes > 0;
}
