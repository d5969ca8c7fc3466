/** What the process reads from storage before it serves, on its own thread. */
import type { Database } from "bun:sqlite";
import { randomBytes } from "node:crypto";
import { AppError } from "../app-error.ts";
import { switchesAt } from "./enforcement-switch.ts";
import { learnedForms } from "./learned-answers.ts";
import { latestRevision } from "./revision-queries.ts";
import type { StoreBoot } from "./store-handles.ts";

/** The boot reads over a connection that may write (a first start makes keys). */
export function storeBoot(database: Database): StoreBoot {
  return {
    latestRevision: () => latestRevision(database),
    hasUsers: () => database.query("SELECT 1 FROM user LIMIT 1").get() !== null,
    learnedForms: () => learnedForms(database),
    switches: () => switchesAt(database, Date.now()),
    secret: (name, bytes) => {
      database
        .query("INSERT OR IGNORE INTO secret (name, bytes) VALUES (?, ?)")
        .run(name, randomBytes(bytes));
      const stored = database
        .query<{ bytes: Uint8Array }, [string]>("SELECT bytes FROM secret WHERE name = ?")
        .get(name)?.bytes;
      if (stored?.length !== bytes) {
        throw new AppError("database_unusable", `the stored key ${name} has not ${bytes} bytes`);
      }
      return stored;
    },
  };
}
