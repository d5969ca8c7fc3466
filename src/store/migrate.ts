/** Brings a database to this version's schema; migrations are text inside the binary and only ever added. */
import type { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import { AppError } from "../app-error.ts";
import initial from "./migrations/0001-initial.sql" with { type: "text" };
import outbox from "./migrations/0002-outbox.sql" with { type: "text" };
import switches from "./migrations/0003-switches.sql" with { type: "text" };
import learnedAnswers from "./migrations/0004-learned-answers.sql" with { type: "text" };
import accounts from "./migrations/0005-accounts.sql" with { type: "text" };
import prints from "./migrations/0006-prints.sql" with { type: "text" };
import policyCosts from "./migrations/0007-policy-costs.sql" with { type: "text" };
import signInClusters from "./migrations/0008-sign-in-clusters.sql" with { type: "text" };
import accountTurns from "./migrations/0009-account-turns.sql" with { type: "text" };
import leftAtOnce from "./migrations/0010-left-at-once.sql" with { type: "text" };

/** One step of the schema; its text never changes once released. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

const migrations: readonly Migration[] = [
  { version: 1, name: "initial", sql: initial },
  { version: 2, name: "outbox", sql: outbox },
  { version: 3, name: "switches", sql: switches },
  { version: 4, name: "learned-answers", sql: learnedAnswers },
  { version: 5, name: "accounts", sql: accounts },
  { version: 6, name: "prints", sql: prints },
  { version: 7, name: "policy-costs", sql: policyCosts },
  { version: 8, name: "sign-in-clusters", sql: signInClusters },
  { version: 9, name: "account-turns", sql: accountTurns },
  { version: 10, name: "left-at-once", sql: leftAtOnce },
];

/** "SLLY": tells a Sallyport database from another program's file. */
const applicationId = 0x534c4c59;

interface AppliedRow {
  version: number;
  name: string;
  checksum: string;
}

/** Applies what is missing in one transaction. Throws AppError `database_unusable` when the file is another program's, newer than this binary, or was altered. */
export function migrate(database: Database, path: string, steps: readonly Migration[] = migrations): void {
  refuseForeign(database, path);
  database
    .transaction(() => {
      // Nothing is written where nothing is missing: with a full disk the command line must still come in.
      if (idOf(database) !== applicationId) database.run(`PRAGMA application_id = ${applicationId}`);
      database.run(
        "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
      );
      const applied = database
        .query<AppliedRow, []>("SELECT version, name, checksum FROM migration ORDER BY version")
        .all();
      for (const row of applied) verify(row, steps, path);
      for (const step of steps.slice(applied.length)) apply(database, step);
    })
    .immediate();
}

function refuseForeign(database: Database, path: string): void {
  const tables = database.query<{ n: number }, []>("SELECT count(*) AS n FROM sqlite_schema").get()?.n;
  if (idOf(database) !== applicationId && tables !== 0) {
    throw new AppError("database_unusable", `${path} is the database of another program`);
  }
}

function idOf(database: Database): number | undefined {
  return database.query<{ application_id: number }, []>("PRAGMA application_id").get()?.application_id;
}

function verify(row: AppliedRow, steps: readonly Migration[], path: string): void {
  const step = steps[row.version - 1];
  if (!step) {
    throw new AppError(
      "database_unusable",
      `the database ${path} was written by a newer Sallyport (schema ${row.version}, this one knows ${steps.length}); use that version or restore a backup`,
    );
  }
  if (checksumOf(step) !== row.checksum) {
    throw new AppError(
      "database_unusable",
      `the database ${path} was made by a different schema ${row.version} (${row.name}) than this Sallyport's`,
    );
  }
}

function apply(database: Database, step: Migration): void {
  database.run(step.sql);
  database
    .query("INSERT INTO migration (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)")
    .run(step.version, step.name, checksumOf(step), Date.now());
}

function checksumOf(step: Migration): string {
  return createHash("sha256").update(step.sql).digest("hex");
}
