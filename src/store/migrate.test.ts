import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { openForWriting, prepareDatabaseFile } from "./database.ts";
import { type Migration, migrate } from "./migrate.ts";
import * as schema from "./schema.ts";

const steps: Migration[] = [
  { version: 1, name: "one", sql: "CREATE TABLE a (x INTEGER)" },
  { version: 2, name: "two", sql: "CREATE TABLE b (x INTEGER); INSERT INTO b VALUES (1)" },
];

test("missing steps are applied once, and a database of today is left alone", () => {
  const database = new Database(":memory:");
  migrate(database, "x", steps.slice(0, 1));
  migrate(database, "x", steps);
  migrate(database, "x", steps);
  expect(database.query("SELECT x FROM b").all()).toEqual([{ x: 1 }]);
});

test("a database of today is not written to", () => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-migrate-"));
  const path = join(folder, "x.db");
  const database = new Database(path);
  migrate(database, path, steps);
  const watcher = new Database(path);
  // It changes when another connection has written.
  const version = () => watcher.query("PRAGMA data_version").get();
  const before = version();
  migrate(database, path, steps);
  expect(version()).toEqual(before);
  rmSync(folder, { recursive: true });
});

test("a step that fails leaves nothing behind", () => {
  const database = new Database(":memory:");
  const broken = [...steps, { version: 3, name: "three", sql: "CREATE TABLE c (x); SELECT nonsense" }];
  expect(() => migrate(database, "x", broken)).toThrow();
  expect(database.query("SELECT count(*) AS n FROM sqlite_schema").get()).toEqual({ n: 0 });
});

test("a database of a newer version is refused in words", () => {
  const database = new Database(":memory:");
  migrate(database, "x", steps);
  expect(() => migrate(database, "/d/x.db", steps.slice(0, 1))).toThrow(/\/d\/x\.db was written by a newer/);
});

test("a step that was altered after it was applied is refused", () => {
  const database = new Database(":memory:");
  migrate(database, "x", steps);
  const altered = [{ ...steps[0]!, sql: "CREATE TABLE a (y INTEGER)" }, steps[1]!];
  expect(() => migrate(database, "x", altered)).toThrow(/different schema 1/);
});

test("another program's database is refused and not touched", () => {
  const database = new Database(":memory:");
  database.run("CREATE TABLE theirs (x)");
  expect(() => migrate(database, "x", steps)).toThrow(/another program/);
  expect(database.query("SELECT name FROM sqlite_schema").all()).toEqual([{ name: "theirs" }]);
});

test("a file that is no database is refused with its path", () => {
  const dir = mkdtempSync(join(tmpdir(), "store-"));
  writeFileSync(join(dir, "sallyport.db"), "no database ".repeat(500));
  expect(() => openForWriting(join(dir, "sallyport.db"))).toThrow(/sallyport\.db cannot be used/);
  rmSync(dir, { recursive: true });
});

test("the database and its log are readable by their owner alone", () => {
  const dir = join(mkdtempSync(join(tmpdir(), "store-")), "data");
  const path = prepareDatabaseFile(dir);
  const database = openForWriting(path);
  migrate(database, path);
  for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  database.close();
  rmSync(dir, { recursive: true });
});

test("Drizzle's tables are the tables that the migrations make", () => {
  const database = new Database(":memory:");
  migrate(database, "x");
  const tables = Object.values(schema) as SQLiteTable[];
  expect(tables.length).toBe(17);
  for (const table of tables) {
    const config = getTableConfig(table);
    const made = database
      .query<{ name: string; type: string; required: number }, [string]>(
        `SELECT name, lower(type) AS type, "notnull" OR pk > 0 AS required FROM pragma_table_info(?)`,
      )
      .all(config.name);
    const keys = new Set(config.primaryKeys.flatMap((key) => key.columns.map((column) => column.name)));
    expect(made).toEqual(
      config.columns.map((column) => ({
        name: column.name,
        type: column.getSQLType(),
        required: column.notNull || column.primary || keys.has(column.name) ? 1 : 0,
      })),
    );
    const indexes = database
      .query<{ name: string }, [string]>("SELECT name FROM pragma_index_list(?) WHERE origin = 'c'")
      .all(config.name);
    expect(indexes.map((index) => index.name).sort()).toEqual(
      config.indexes.map((index) => index.config.name).sort(),
    );
  }
});
