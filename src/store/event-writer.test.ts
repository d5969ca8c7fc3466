import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { isTransient } from "./database.ts";
import { EventDecoder, type StoredEvent } from "./event-decoder.ts";
import type { EventRow } from "./event-row.ts";
import { EventWriter } from "./event-writer.ts";
import { migrate } from "./migrate.ts";
import { rollupSpans } from "./rollups.ts";
import { anyEvent, sampleEvent } from "./sample-event.ts";

function openMemory(): Database {
  const database = new Database(":memory:", { strict: true });
  migrate(database, "memory");
  return database;
}

function readBack(database: Database): EventRow[] {
  const decoder = new EventDecoder(database);
  return database
    .query<StoredEvent & { json: string | null }, []>(
      "SELECT event.*, receipt.json FROM event LEFT JOIN receipt ON receipt.event = event.id ORDER BY id",
    )
    .all()
    .map((stored) => decoder.decode(stored, stored.json ?? undefined, true));
}

// SQLite holds UTF-8, which has no lone surrogates; everything else must come back as it was.
function wellFormed(row: EventRow): EventRow {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === "string" ? value.toWellFormed() : value,
  ]);
  return Object.fromEntries(entries) as EventRow;
}

test("whatever is stored is read back the same, before and after its texts get numbers", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(anyEvent, { minLength: 1, maxLength: 4, selector: (row) => row.id }),
      (rows) => {
        const database = openMemory();
        const writer = new EventWriter(database);
        const again = rows.map((row, index) => ({ ...row, id: 1 + index }));
        const kept = rows.filter((row) => row.id > again.length);
        writer.write(kept);
        writer.write(again);
        const expected = [...kept, ...again].sort((one, other) => one.id - other.id).map(wellFormed);
        expect(readBack(database)).toEqual(expected);
        database.close();
      },
    ),
    { numRuns: 100 },
  );
});

test("a text becomes a number at its second sight, so that random texts never fill the dictionary", () => {
  const database = openMemory();
  const writer = new EventWriter(database);
  const rows = Array.from({ length: 3000 }, (_, id) =>
    sampleEvent({ id, path: `/random/${id * 7919}`, userAgent: "Mozilla/5.0" }),
  );
  writer.write(rows);
  const kinds = database.query(
    "SELECT kind, count(*) AS n FROM dictionary WHERE kind IN (4, 8) GROUP BY kind",
  );
  expect(kinds.all()).toEqual([{ kind: 8, n: 1 }]);
});

test("a full dictionary leaves the text in the event", () => {
  const database = openMemory();
  const writer = new EventWriter(database);
  const rows = Array.from({ length: 1000 }, (_, id) => sampleEvent({ id, method: `M${id % 500}` }));
  writer.write(rows.filter((row) => row.id % 500 < 300));
  writer.write(rows.filter((row) => row.id % 500 >= 300));
  expect(database.query("SELECT count(*) AS n FROM dictionary WHERE kind = 2").get()).toEqual({ n: 200 });
  expect(readBack(database).map((row) => row.method)).toEqual(rows.map((row) => row.method));
});

test("a taken id or one that is none costs that event and not its batch", () => {
  const database = openMemory();
  const writer = new EventWriter(database);
  const lost = writer.write([
    sampleEvent({ id: 5, path: "/first" }),
    sampleEvent({ id: 5, path: "/second", receipt: "{}" }),
    sampleEvent({ id: Number.NaN }),
    sampleEvent({ id: 6, bytesOut: Number.NaN }),
  ]);
  expect(lost).toBe(2);
  expect(readBack(database).map(({ id, path, bytesOut }) => [id, path, bytesOut])).toEqual([
    [5, "/first", 5000],
    [6, "/login", 0],
  ]);
});

test("a full disk keeps what was stored, and the same rows go in once there is room", () => {
  const database = openMemory();
  const writer = new EventWriter(database);
  writer.write([sampleEvent({ id: 1 })]);
  const pages = database.query<{ page_count: number }, []>("PRAGMA page_count").get()!.page_count;
  database.run(`PRAGMA max_page_count = ${pages + 3}`);
  const rows = Array.from({ length: 500 }, (_, index) =>
    sampleEvent({
      id: 2 + index,
      path: `/a/${index % 100}`,
      asn: index,
      decider: `p${index}`,
      receipt: "{}",
    }),
  );
  let failure: unknown;
  try {
    writer.write(rows);
  } catch (error) {
    failure = error;
  }
  expect(isTransient(failure)).toBe(true);
  expect(readBack(database).length).toBe(1);
  database.run("PRAGMA max_page_count = 100000");
  expect(writer.write(rows)).toBe(0);
  expect(readBack(database)).toEqual([sampleEvent({ id: 1 }), ...rows]);
  for (const { table } of rollupSpans) {
    const total = database.query(`SELECT sum(requests) AS n FROM ${table} WHERE kind = 0`).get();
    expect(total).toEqual({ n: 501 });
  }
});
