/** What is done with accounts, over the writer's connection. */
import type { Database } from "bun:sqlite";
import type { AccountLedger } from "./account-ledger.ts";
import { accountStates } from "./account-rows.ts";
import { durably } from "./durable-entry.ts";
import { eraseAccount } from "./erase-account.ts";
import type { StoreCommands } from "./store-commands.ts";
import type { Answers } from "./worker-messages.ts";

type AccountCommands = Pick<
  StoreCommands,
  | "keepSignIns"
  | "searchLedger"
  | "judgeAccount"
  | "release"
  | "endRelease"
  | "eraseAccount"
  | "settleErasures"
>;

const pruneEveryMs = 60_000;

/** The commands; each throws SQLite's error. */
export function accountCommands(database: Database, ledger: AccountLedger): Answers<AccountCommands> {
  let prunedAt = 0;
  return {
    keepSignIns: (signIns) => ledger.keep(signIns, Date.now()),
    searchLedger: (convictions, news) => {
      const now = Date.now();
      if (now - prunedAt >= pruneEveryMs) {
        prunedAt = now;
        database.transaction(() => ledger.prune(now)).immediate();
      }
      return ledger.search(now, convictions, news);
    },
    judgeAccount: ({ id, state, who, reason }) => {
      const code = accountStates.indexOf(state);
      const isDone = durably(database, () => {
        const now = Date.now();
        const closed = state === "acknowledged" ? null : now;
        const { changes } = database
          .query("UPDATE account SET state = ?, closed_at = ? WHERE id = ? AND state > 0 AND state <> ?")
          .run(code, closed, id, code);
        if (changes === 0) return false;
        database
          .query("INSERT INTO account_note (account, at, who, what, reason) VALUES (?, ?, ?, ?, ?)")
          .run(id, now, who, state, reason);
        audit(database, who, `account.${state}`, `account ${id}: ${reason}`);
        return true;
      });
      ledger.reload();
      return isDone;
    },
    release: ({ kind, key, since, until, who, reason }) => {
      database
        .transaction(() => {
          database
            .query(
              `INSERT INTO release (kind, key, since, until, who, reason) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (kind, key) DO UPDATE SET since = excluded.since, until = excluded.until,
                 who = excluded.who, reason = excluded.reason`,
            )
            .run(kind, key, since, until, who, reason);
          const end = new Date(until).toISOString();
          audit(database, who, `release.${kind}`, `${key}: until ${end}: ${reason}`);
        })
        .immediate();
    },
    endRelease: (entry) => endRelease(database, entry),
    settleErasures: (last) => {
      database.query("UPDATE erasure SET name = NULL WHERE id <= ?").run(last);
    },
    eraseAccount: ({ hash, name, who }) => {
      const report = durably(database, () => {
        const removed = eraseAccount(database, hash);
        database
          .query("INSERT INTO erasure (hash, name, at) VALUES (?, ?, ?)")
          .run(hash, name ?? null, Date.now());
        const rows = Object.values(removed).reduce((sum, count) => sum + count, 0);
        // The audit log says that somebody was erased, never who.
        audit(database, who, "account.erased", `${rows} rows`);
        return removed;
      });
      ledger.forget();
      ledger.reload();
      return report;
    },
  };
}

function endRelease(
  database: Database,
  { kind, key, who }: Parameters<StoreCommands["endRelease"]>[0],
): boolean {
  return database
    .transaction(() => {
      const { changes } = database.query("DELETE FROM release WHERE kind = ? AND key = ?").run(kind, key);
      if (changes > 0) audit(database, who, `release.${kind}.ended`, key);
      return changes > 0;
    })
    .immediate();
}

function audit(database: Database, who: string, action: string, detail: string): void {
  database
    .query("INSERT INTO audit (at, who, action, detail) VALUES (?, ?, ?, ?)")
    .run(Date.now(), who, action, detail);
}
