import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { type EventDecision, eventIdsPerMs } from "./event-row.ts";
import { EventWriter } from "./event-writer.ts";
import { migrate } from "./migrate.ts";
import { overviewOf } from "./overview-query.ts";
import { otherKey, rollupSpans } from "./rollups.ts";
import { sampleEvent } from "./sample-event.ts";

const minuteMs = 60_000;
const now = 1_790_000_040_000 + 30_000;

function openMemory(): { database: Database; writer: EventWriter } {
  const database = new Database(":memory:", { strict: true });
  migrate(database, "memory");
  return { database, writer: new EventWriter(database) };
}

let sequence = 0;
function eventAt(time: number, differences: Parameters<typeof sampleEvent>[0] = {}) {
  return sampleEvent({ id: time * eventIdsPerMs + (sequence++ % eventIdsPerMs), ...differences });
}

test("an overview counts what was stored in its window, over several batches", () => {
  const { database, writer } = openMemory();
  const decisions: EventDecision[] = ["forward", "forward", "block", "deceive", "error", "allow"];
  for (let minute = 0; minute < 30; minute++) {
    writer.write(
      decisions.map((decision, index) =>
        eventAt(now - minute * minuteMs, {
          decision,
          decider: decision === "forward" || decision === "error" ? undefined : `${decision}ers`,
          asn: index < 3 ? 100 : undefined,
          asName: index < 3 ? "Hundred" : undefined,
          networkClass: index < 3 ? "hosting" : undefined,
          skeleton: index < 3 ? "s1:a" : undefined,
        }),
      ),
    );
  }
  const overview = overviewOf(database, 10 * minuteMs, now);
  expect(overview.totals).toEqual({ forward: 20, allow: 10, block: 10, deceive: 10, refuse: 0, error: 10 });
  expect(overview.series.length).toBe(10);
  expect(overview.stepMs).toBe(minuteMs);
  expect(overview.series.at(-1)).toMatchObject({ at: now - 30_000, counts: { forward: 2, block: 1 } });
  expect(overview.topNetworks).toContainEqual({
    asn: 100,
    asName: "Hundred",
    networkClass: "hosting",
    country: "DE",
    requests: 30,
    stopped: 10,
  });
  expect(overview.byClass).toEqual([
    { networkClass: undefined, requests: 30, stopped: 10 },
    { networkClass: "hosting", requests: 30, stopped: 10 },
  ]);
  expect(overview.topPrints).toEqual([{ skeleton: "s1:a", requests: 30, stopped: 10 }]);
  expect(overview.topPolicies).toEqual([
    { decider: "blockers", stopped: 10 },
    { decider: "deceiveers", stopped: 10 },
  ]);
});

test("any window has at most 120 points and loses none of its requests", () => {
  const { database, writer } = openMemory();
  writer.write([eventAt(now), eventAt(now - 60 * minuteMs)]);
  for (const hours of [1.5, 3, 24, 47, 24 * 7, 24 * 90]) {
    const { series, totals, topPrints } = overviewOf(database, hours * 60 * minuteMs, now);
    expect(series.length).toBeLessThanOrEqual(120);
    expect(series.length).toBeGreaterThan(10);
    expect(totals.forward).toBe(2);
    expect(topPrints[0]?.requests).toBe(2);
  }
});

test("a flood of keys is bounded a minute and counted as other, restarts included", () => {
  const { database } = openMemory();
  const [minutes] = rollupSpans;
  for (let restart = 0; restart < 3; restart++) {
    const flood = Array.from({ length: 1000 }, (_, index) =>
      eventAt(now, { skeleton: `s1:${restart}-${index}` }),
    );
    new EventWriter(database).write(flood);
  }
  const keys = database.query<{ key: string; requests: number }, []>(
    "SELECT key, requests FROM rollup_minute WHERE kind = 3 ORDER BY requests DESC",
  );
  expect(keys.all().length).toBe(minutes.maxKeys + 1);
  expect(keys.all()[0]).toEqual({ key: otherKey, requests: 3000 - minutes.maxKeys });
});
