import type { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openForWriting, prepareDatabaseFile } from "./database.ts";
import { EventDecoder, type StoredEvent } from "./event-decoder.ts";
import { eventIdsPerMs } from "./event-row.ts";
import { EventWriter } from "./event-writer.ts";
import { migrate } from "./migrate.ts";
import { sampleEvent } from "./sample-event.ts";
import { forgetVectors, VectorTable } from "./vector-table.ts";

const hour = 3_600_000;
const at = (ms: number) => ms * eventIdsPerMs;

function withDatabase(run: (database: Database) => void): void {
  const dir = mkdtempSync(join(tmpdir(), "vectors-"));
  const path = prepareDatabaseFile(dir);
  const database = openForWriting(path);
  migrate(database, path);
  run(database);
  database.close();
  rmSync(dir, { recursive: true });
}

const values = (database: Database) =>
  database
    .query<{ value: string }, []>("SELECT value FROM vector ORDER BY id")
    .all()
    .map(({ value }) => value);

test("an event comes back with the vectors that it was stored with, shared by all that have the same", () => {
  withDatabase((database) => {
    const vectors = {
      headerVector: "1.1 form Host Accept",
      stackVector: "tls r1:x",
      shapeVector: "type - query (q) body -",
    };
    const rows = [1, 2, 3].map((ms) =>
      sampleEvent({ id: at(hour + ms), ...vectors, stack: "t1:1", ja4: "t13d" }),
    );
    new EventWriter(database).write(rows);
    const decoder = new EventDecoder(database);
    const stored = database.query<StoredEvent, []>("SELECT * FROM event ORDER BY id").all();
    expect(stored.map((row) => decoder.decode(row, undefined, true))).toEqual(rows);
    expect(decoder.decode(stored[0]!, undefined).headerVector).toBeUndefined();
    expect(values(database)).toHaveLength(3);
  });
});

test("the same text is another vector in another kind, and another table knows what one has stored", () => {
  withDatabase((database) => {
    const table = new VectorTable(database);
    const [header, stack] = [table.encode("header", "x", at(hour)), table.encode("stack", "x", at(hour))];
    expect(header).not.toBe(stack);
    expect(new VectorTable(database).encode("stack", "x", at(hour))).toBe(stack);
    expect(table.encode("shape", undefined, at(hour))).toBeNull();
  });
});

test("a flood of made-up vectors pushes out neither its elders nor more than its pace allows", () => {
  withDatabase((database) => {
    const table = new VectorTable(database, 1500);
    const real = Array.from({ length: 50 }, (_, index) => `real ${index}`);
    for (let hours = 1; hours <= 3; hours++)
      for (const value of real) table.encode("header", value, at(hours * hour));
    const start = 4 * hour;
    database.run("BEGIN");
    for (let index = 0; index < 10_000; index++)
      table.encode("header", `made up ${index}`, at(start + index));
    database.run("COMMIT");
    // 1,000 at once, and five in ten seconds.
    expect(values(database).length).toBeLessThanOrEqual(real.length + 1000 + 5);
    for (let index = 0; index < 10_000; index++)
      table.encode("header", `later ${index}`, at(start + index * 2000));
    expect(values(database).length).toBeLessThanOrEqual(1500);
    expect(values(database)).toEqual(expect.arrayContaining(real));
  });
});

test("a number is never given twice, so that an old event shows no vector rather than another's", () => {
  withDatabase((database) => {
    const gone = new VectorTable(database).encode("header", "old", at(hour));
    forgetVectors(database, 9 * hour);
    expect(values(database)).toEqual([]);
    expect(new VectorTable(database).encode("header", "new", at(20 * hour))).not.toBe(gone);
  });
});

test("what retention forgot comes back under its number when it is seen again", () => {
  withDatabase((database) => {
    const table = new VectorTable(database);
    const id = table.encode("header", "seldom", at(hour));
    forgetVectors(database, 9 * hour);
    expect(table.encode("header", "seldom", at(30 * hour))).toBe(id);
    expect(values(database)).toEqual(["seldom"]);
  });
});
