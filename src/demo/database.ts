/** The shop's own SQLite file (or memory): opened, given its tables and filled when new. */
import { Database } from "bun:sqlite";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";
import schema from "./schema.sql" with { type: "text" };
import { seedShop } from "./seed.ts";

/** The handle that every feature takes; all calls are synchronous, so one call is one transaction. */
export type ShopDatabase = BunSQLiteDatabase;

/** Opens `path` (or `:memory:`); throws when it cannot be written. `close` checkpoints the file. */
export function openDatabase(path: string, seed: number): { db: ShopDatabase; close: () => void } {
  const sqlite = new Database(path, { create: true, readwrite: true });
  sqlite.run("PRAGMA journal_mode = WAL");
  sqlite.run("PRAGMA synchronous = NORMAL");
  sqlite.run("PRAGMA busy_timeout = 2000");
  sqlite.run("PRAGMA foreign_keys = ON");
  sqlite.run(schema);
  seedShop(sqlite, seed);
  return { db: drizzle({ client: sqlite }), close: () => sqlite.close() };
}
