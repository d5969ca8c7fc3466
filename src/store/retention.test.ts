import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { eventIdsPerMs } from "./event-row.ts";
import { EventWriter } from "./event-writer.ts";
import { migrate } from "./migrate.ts";
import { Retention } from "./retention.ts";
import { sampleEvent } from "./sample-event.ts";

const dayMs = 24 * 3_600_000;
const now = 1_790_000_000_000;

function count(database: Database, table: string): number {
  return database.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()!.n;
}

test("old events go with their receipts in bounded steps, young ones stay", () => {
  const database = new Database(":memory:", { strict: true });
  migrate(database, "memory");
  const old = Array.from({ length: 9000 }, (_, index) =>
    sampleEvent({ id: (now - 31 * dayMs) * eventIdsPerMs + index, receipt: "{}" }),
  );
  const young = Array.from({ length: 10 }, (_, index) =>
    sampleEvent({ id: (now - 29 * dayMs) * eventIdsPerMs + index, receipt: "{}" }),
  );
  new EventWriter(database).write([...old, ...young]);
  const retention = new Retention(database, 30 * dayMs);
  const steps = [];
  let hasMore = true;
  while (hasMore) {
    const before = count(database, "event");
    hasMore = retention.step(now);
    steps.push(before - count(database, "event"));
  }
  expect(steps).toEqual([4000, 4000, 1000]);
  expect(count(database, "event")).toBe(10);
  expect(count(database, "receipt")).toBe(10);
});

test("rollups and sessions end with their time", () => {
  const database = new Database(":memory:", { strict: true });
  migrate(database, "memory");
  const writer = new EventWriter(database);
  for (const days of [0, 1, 3, 50, 100]) {
    writer.write([sampleEvent({ id: (now - days * dayMs) * eventIdsPerMs })]);
  }
  database.run("INSERT INTO user VALUES ('ann', 'hash', 1)");
  database
    .query("INSERT INTO console_session VALUES ('old', 'ann', 1, ?), ('new', 'ann', 1, ?)")
    .run(now, now + 1);
  const retention = new Retention(database, 30 * dayMs);
  let turns = 0;
  while (retention.step(now)) turns++;
  expect(turns).toBeLessThan(10);
  const buckets = (table: string) => database.query(`SELECT count(DISTINCT bucket) AS n FROM ${table}`).get();
  expect(buckets("rollup_minute")).toEqual({ n: 2 });
  expect(buckets("rollup_hour")).toEqual({ n: 4 });
  expect(database.query("SELECT token_hash FROM console_session").all()).toEqual([{ token_hash: "new" }]);
});
