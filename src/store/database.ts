/** Opens the one database file with the settings that every thread must share, and words its failures. */
import { Database } from "bun:sqlite";
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../app-error.ts";

/** Pages of 4 KiB in the write-ahead log before it is folded back: 8 MB, so that a fold stays short. */
const checkpointPages = 2000;

/** Where the database of a data directory lies. */
export function databasePath(dataDir: string): string {
  return join(dataDir, "sallyport.db");
}

/** Makes the directory and the file for the owner alone (0700, 0600). Throws AppError `data_dir_unwritable`. */
export function prepareDatabaseFile(dataDir: string): string {
  const path = databasePath(dataDir);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // SQLite gives the log and its index the mode of the database file.
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
  } catch (cause) {
    throw new AppError("data_dir_unwritable", `cannot write to the data directory ${dataDir}`, cause);
  }
  return path;
}

/** A connection that writes. Throws AppError `database_unusable`. */
export function openForWriting(path: string): Database {
  return openWith(path, { readwrite: true, strict: true }, [
    "PRAGMA busy_timeout = 1000",
    "PRAGMA journal_mode = WAL",
    // A killed process loses nothing this way; a power cut loses at most what was not yet checkpointed.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -32000",
    `PRAGMA wal_autocheckpoint = ${checkpointPages}`,
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA trusted_schema = OFF",
  ]);
}

/** A connection that cannot write. Throws AppError `database_unusable`. */
export function openForReading(path: string): Database {
  return openWith(path, { readonly: true, strict: true }, [
    "PRAGMA busy_timeout = 1000",
    "PRAGMA query_only = ON",
    "PRAGMA cache_size = -64000",
    "PRAGMA mmap_size = 1073741824",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
  ]);
}

function openWith(path: string, options: object, pragmas: readonly string[]): Database {
  try {
    const database = new Database(path, options);
    for (const pragma of pragmas) database.run(pragma);
    return database;
  } catch (cause) {
    throw databaseError(path, cause);
  }
}

/** Words a database failure for people; an AppError passes unchanged. */
export function databaseError(path: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError("database_unusable", `the database ${path} cannot be used: ${reason}`, cause);
}

/** True for failures that can pass by themselves: a full disk, a lock, a device that comes back. */
export function isTransient(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^SQLITE_(FULL|BUSY|LOCKED|IOERR|READONLY|CANTOPEN|NOMEM|PROTOCOL)/.test(code);
}
