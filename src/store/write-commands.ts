/** The commands as the writer Worker runs them, each in one transaction. */
import type { Database } from "bun:sqlite";
import { eq, lte, max, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { accountCommands } from "./account-commands.ts";
import type { AccountLedger } from "./account-ledger.ts";
import { switchOff, switchOn } from "./enforcement-switch.ts";
import { saveLearned } from "./learned-answers.ts";
import { outboxCommands } from "./outbox-commands.ts";
import { saveCosts } from "./policy-costs.ts";
import { audit, consoleSession, policyRevision, user } from "./schema.ts";
import type { StoreCommands } from "./store-commands.ts";
import type { Answers } from "./worker-messages.ts";

/** Sessions that one user may have at once; the oldest end first. */
const maxSessionsAUser = 100;

/** The commands over the writer's connection. Each throws SQLite's error. */
export function writeCommands(database: Database, ledger: AccountLedger): Answers<StoreCommands> {
  const db = drizzle({ client: database });
  return {
    ...outboxCommands(database),
    ...accountCommands(database, ledger),
    saveRevision: ({ hash, irVersion, ir, files, note }) =>
      db.transaction((tx) => {
        const latest = tx
          .select({ value: max(policyRevision.activation) })
          .from(policyRevision)
          .get();
        const activation = (latest?.value ?? 0) + 1;
        const row = {
          hash,
          activation,
          createdAt: Date.now(),
          irVersion,
          ir: typeof ir === "string" ? ir : JSON.stringify(ir),
          sources: JSON.stringify(files),
          note,
        };
        return tx
          .insert(policyRevision)
          .values(row)
          .onConflictDoUpdate({
            target: policyRevision.hash,
            set: { activation, irVersion, ir: row.ir, sources: row.sources },
          })
          .returning({ id: policyRevision.id })
          .get().id;
      }),
    saveUser: ({ name, passwordHash }) => {
      db.transaction((tx) => {
        tx.insert(user)
          .values({ name, passwordHash, createdAt: Date.now() })
          .onConflictDoUpdate({ target: user.name, set: { passwordHash } })
          .run();
        tx.delete(consoleSession).where(eq(consoleSession.user, name)).run();
      });
    },
    saveSession: (session) => {
      db.transaction((tx) => {
        tx.delete(consoleSession).where(lte(consoleSession.expiresAt, Date.now())).run();
        tx.run(sql`DELETE FROM console_session WHERE token_hash IN (
          SELECT token_hash FROM console_session WHERE user = ${session.user}
          ORDER BY created_at DESC LIMIT -1 OFFSET ${maxSessionsAUser - 1})`);
        tx.insert(consoleSession).values(session).run();
      });
    },
    deleteSession: (tokenHash) => {
      db.delete(consoleSession).where(eq(consoleSession.tokenHash, tokenHash)).run();
    },
    saveCosts: (measured) => saveCosts(database, measured),
    saveLearned: (form) => saveLearned(database, form),
    switchOff: (entry) => switchOff(database, entry),
    switchOn: (entry) => switchOn(database, entry),
    audit: (entry) => {
      db.insert(audit)
        .values({ ...entry, at: Date.now() })
        .run();
    },
  };
}
