/** Removes a person: every row that is about an account, and every mention of it in rows that are about more. */
import type { Database } from "bun:sqlite";
import type { ErasureReport } from "./account-rows.ts";
import { encodeAccount } from "./encode-account.ts";

/** Removes an account inside a transaction of the caller's; `hash` is its keyed hash. Events stay, as nobody's. */
export function eraseAccount(database: Database, hash: string): ErasureReport {
  const key = encodeAccount(hash);
  const run = (sql: string) => database.query(sql).run(key).changes;
  const about = "event IN (SELECT id FROM event WHERE account = ?1)";
  const calls = "SELECT call FROM account WHERE hash = ?1 AND call IS NOT NULL";
  const ledger = "account IN (SELECT id FROM account WHERE hash = ?1)";
  return {
    // Receipts hold values that were seen; the calls are found through the events, so they come first.
    "calls in the outbox": run(`DELETE FROM outbox WHERE ${about} OR id IN (${calls})`),
    "receipts of events": run(`DELETE FROM receipt WHERE ${about}`),
    "sources in the ledger": run(`DELETE FROM account_source WHERE ${ledger}`),
    "actions in the ledger": run(`DELETE FROM account_action WHERE ${ledger}`),
    "notes in the ledger": run(`DELETE FROM account_note WHERE ${ledger}`),
    "accounts in the ledger": run("DELETE FROM account WHERE hash = ?1"),
    "sign-ins kept for a day": run("DELETE FROM account_signin WHERE hash = ?1"),
    releases: database.query("DELETE FROM release WHERE kind = 'account' AND key = ?").run(hash).changes,
    "mentions in alerts": eraseFromAlerts(database, hash),
    "audit lines that name it": database
      .query("UPDATE audit SET detail = replace(detail, ?1, 'erased') WHERE instr(detail, ?1) > 0")
      .run(hash).changes,
    "events that named it": run("UPDATE event SET account = NULL WHERE account = ?1"),
  };
}

/** Where an account can still be found: rows by table, empty when nowhere. */
export function findRemains(database: Database, hash: string): ErasureReport {
  const key = encodeAccount(hash);
  const places: Readonly<Record<string, [string, Uint8Array | string | null]>> = {
    event: ["SELECT count(*) AS n FROM event WHERE account = ?", key],
    account: ["SELECT count(*) AS n FROM account WHERE hash = ?", key],
    account_signin: ["SELECT count(*) AS n FROM account_signin WHERE hash = ?", key],
    release: ["SELECT count(*) AS n FROM release WHERE key = ?", hash],
    digest: ["SELECT count(*) AS n FROM digest WHERE instr(evidence, ?) > 0", hash],
    receipt: ["SELECT count(*) AS n FROM receipt WHERE instr(json, ?) > 0", hash],
    audit: ["SELECT count(*) AS n FROM audit WHERE instr(detail, ?) > 0", hash],
  };
  const found = Object.entries(places).map(([table, [sql, value]]) => {
    const rows = database.query<{ n: number }, [Uint8Array | string | null]>(sql).get(value)?.n ?? 0;
    return [table, rows] as const;
  });
  return Object.fromEntries(found.filter(([, rows]) => rows > 0));
}

function eraseFromAlerts(database: Database, hash: string): number {
  const rows = database
    .query<{ id: number; evidence: string }, [string]>(
      "SELECT id, evidence FROM digest WHERE instr(evidence, ?) > 0",
    )
    .all(hash);
  for (const { id, evidence } of rows) {
    const kept = JSON.parse(evidence) as Record<string, Record<string, number>>;
    if (kept["accounts"]) delete kept["accounts"][hash];
    database.query("UPDATE digest SET evidence = ? WHERE id = ?").run(JSON.stringify(kept), id);
  }
  return rows.length;
}
