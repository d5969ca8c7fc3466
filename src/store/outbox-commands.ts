/** The outbox as the writer Worker keeps it. */
import type { Database } from "bun:sqlite";
import { tellGrown } from "./digest-rows.ts";
import { durably, writeEntry } from "./durable-entry.ts";
import { claimedOf, type OutboxRow } from "./outbox-decoder.ts";
import type { Attempt, Capacity, Claim } from "./outbox-rows.ts";
import type { StoreCommands } from "./store-commands.ts";
import type { Answers } from "./worker-messages.ts";

const dayMs = 86_400_000;
/** What could not be delivered for so long is dead. */
const oldestPendingMs = 3 * dayMs;
/** What is over stays so long to be looked at. */
const keptMs = 30 * dayMs;
const mostResent = 10_000;
const mostKnownTargets = 1000;

type OutboxCommands = Pick<
  StoreCommands,
  "commit" | "claimDeliveries" | "settleDeliveries" | "resendDeliveries" | "dropDeliveries" | "acknowledge"
>;

/** The commands over the writer's connection. Each throws SQLite's error. */
export function outboxCommands(database: Database): Answers<OutboxCommands> {
  return {
    commit: (entry) => durably(database, () => writeEntry(database, entry, Date.now())),
    claimDeliveries: (capacity) =>
      database.transaction(() => claim(database, capacity, Date.now())).immediate(),
    settleDeliveries: (attempts) => {
      database
        .transaction(() => attempts.forEach((attempt) => settle(database, attempt, Date.now())))
        .immediate();
    },
    resendDeliveries: (ids) =>
      changed(database, ids, "state IN (1, 2) AND (body IS NOT NULL OR digest IS NOT NULL)", (where) => [
        `UPDATE outbox SET state = 0, attempts = 0, next_at = ?, finished_at = NULL, problem = NULL WHERE ${where}`,
        [Date.now()],
      ]),
    dropDeliveries: (ids) =>
      changed(database, ids, "state IN (0, 2)", (where) => [
        `UPDATE outbox SET state = 3, body = NULL, finished_at = ? WHERE ${where}`,
        [Date.now()],
      ]),
    acknowledge: ({ id, text, at }) =>
      database
        .query(
          "UPDATE outbox SET acknowledged_at = ?, acknowledgement = ? WHERE id = ? AND acknowledged_at IS NULL",
        )
        .run(at, text, id).changes > 0,
  };
}

function claim(database: Database, capacity: Capacity, now: number): Claim {
  bury(database, now);
  tellGrown(database, now);
  const targets = database
    .query<{ target: string; due: number; next: number }, [number, number]>(
      `SELECT target, sum(next_at <= ?) AS due, min(next_at) AS next FROM outbox WHERE state = 0
       GROUP BY target LIMIT ?`,
    )
    .all(now, mostKnownTargets);
  const rows: OutboxRow[] = [];
  let nextAt: number | undefined;
  for (const { target, due, next } of targets) {
    const room = capacity.byTarget[target] ?? capacity.others;
    const most = Math.min(room, capacity.most - rows.length);
    if (due > 0 && most > 0) rows.push(...take(database, target, most, now, capacity.leaseMs));
    // A target without room is asked for again when it has some.
    if (due === 0) nextAt = Math.min(nextAt ?? next, next);
  }
  const digestAt = database
    .query<{ at: number | null }, []>("SELECT min(next_at) AS at FROM digest WHERE count > told")
    .get()?.at;
  if (digestAt !== null && digestAt !== undefined) nextAt = Math.min(nextAt ?? digestAt, digestAt);
  return { deliveries: rows.map((row) => claimedOf(database, row)), nextAt };
}

function take(database: Database, target: string, most: number, now: number, leaseMs: number): OutboxRow[] {
  return database
    .query<OutboxRow, [number, string, number, number]>(
      `UPDATE outbox SET attempts = attempts + 1, next_at = ?1 WHERE id IN (
         SELECT id FROM outbox WHERE state = 0 AND target = ?2 AND next_at <= ?3 ORDER BY next_at LIMIT ?4
       ) RETURNING *`,
    )
    .all(now + leaseMs, target, now, most);
}

/** Gives up what is too old, and forgets what is long over. */
function bury(database: Database, now: number): void {
  database
    .query(
      `UPDATE outbox SET state = 2, finished_at = ?1, problem = coalesce(problem, 'nobody took it for three days')
       WHERE state = 0 AND created_at < ?2`,
    )
    .run(now, now - oldestPendingMs);
  database
    .query("DELETE FROM outbox WHERE created_at < ? AND state <> 0 AND finished_at < ?")
    .run(now - keptMs, now - keptMs);
  database.query("DELETE FROM told_once WHERE until < ?").run(now);
  database.query("DELETE FROM digest WHERE last_at < ? AND count = told").run(now - keptMs);
}

function settle(database: Database, attempt: Attempt, now: number): void {
  const { id, attempts, state, nextAt, status, problem, told } = attempt;
  const code = { pending: 0, delivered: 1, dead: 2 }[state];
  // Only the try that holds it may end it: one that was given up may still come home.
  const { changes } = database
    .query(
      `UPDATE outbox SET state = ?1, next_at = ?2, status = ?3, problem = ?4,
         finished_at = CASE WHEN ?1 = 0 THEN NULL ELSE ?5 END,
         body = CASE WHEN ?1 = 1 THEN NULL ELSE body END
       WHERE id = ?6 AND (?1 = 1 OR attempts = ?7) AND state = 0`,
    )
    .run(code, nextAt, status ?? null, problem ?? null, now, id, attempts);
  if (changes === 0 || told === undefined || state !== "delivered") return;
  database
    .query("UPDATE digest SET told = max(told, ?) WHERE id = (SELECT digest FROM outbox WHERE id = ?)")
    .run(told, id);
}

function changed(
  database: Database,
  ids: readonly string[] | "all_dead",
  condition: string,
  update: (where: string) => [string, number[]],
): number {
  const chosen = ids === "all_dead" ? [] : ids.slice(0, mostResent);
  const where =
    ids === "all_dead"
      ? `${condition} AND state = 2`
      : `${condition} AND id IN (${chosen.map(() => "?").join(", ")})`;
  const [sql, values] = update(where);
  return database.query(sql).run(...values, ...chosen).changes;
}
