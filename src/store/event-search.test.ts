import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { AppError } from "../app-error.ts";
import { EventDecoder } from "./event-decoder.ts";
import { type EventRow, eventDecisions, eventIdsPerMs } from "./event-row.ts";
import { searchEvents } from "./event-search.ts";
import { EventWriter } from "./event-writer.ts";
import { migrate } from "./migrate.ts";
import { sampleEvent } from "./sample-event.ts";
import type { EventCursor, EventFilter, EventPage } from "./store-reader.ts";

const start = 1_790_000_000_000;

function database(rows: readonly EventRow[]): Database {
  const opened = new Database(":memory:", { strict: true });
  migrate(opened, "memory");
  new EventWriter(opened).write(rows);
  return opened;
}

function pick<Value>(values: readonly Value[], index: number): Value {
  return values[index % values.length]!;
}

function mixedRows(count: number): EventRow[] {
  return Array.from({ length: count }, (_, index) =>
    sampleEvent({
      id: (start + index) * eventIdsPerMs + (index % 3),
      app: pick(["shop", "bank"], index),
      route: pick(["login", undefined, "card"], index),
      decision: pick(eventDecisions, (index * 7) >> 2),
      decider: pick([undefined, "stuffing", "known_device"], index * 5),
      ip: pick(["10.1.2.3", "10.1.9.9", "2001:db8::1", "192.0.2.1"], index * 3),
      asn: pick([1, 2, undefined], index),
      networkClass: pick(["isp", "hosting"], index >> 1),
      skeleton: pick(["s1:aa", `s1:once${index}`], index),
      accountHash: pick([undefined, "ab".repeat(16), "cd".repeat(16)], index),
      outcome: pick([undefined, "login.failure"], index >> 2),
      path: pick(["/login", "/100%/x_y", `/one/${index}`], index),
    }),
  );
}

function matches(row: EventRow, filter: EventFilter): boolean {
  const time = Math.floor(row.id / eventIdsPerMs);
  const isEqual = (["decision", "app", "route", "decider", "asn", "networkClass"] as const).every(
    (name) => filter[name] === undefined || filter[name] === row[name],
  );
  return (
    isEqual &&
    (["skeleton", "accountHash", "outcome"] as const).every(
      (name) => filter[name] === undefined || filter[name] === row[name],
    ) &&
    (filter.ip === undefined || row.ip.startsWith(filter.ip.replace(/0\/24|\/128|\/32/, ""))) &&
    (filter.text === undefined || row.path.toLowerCase().includes(filter.text.toLowerCase())) &&
    time >= (filter.since ?? 0) &&
    time <= (filter.until ?? Infinity)
  );
}

const anyFilter: fc.Arbitrary<EventFilter> = fc.record(
  {
    decision: fc.constantFrom(...eventDecisions),
    app: fc.constantFrom("shop", "none"),
    route: fc.constantFrom("login", "card"),
    decider: fc.constantFrom("stuffing", "none"),
    ip: fc.constantFrom("10.1.2.0/24", "192.0.2.1", "2001:db8::1/128", "10.1.9.9/32"),
    asn: fc.constantFrom(1, 3),
    networkClass: fc.constantFrom("isp", "vpn"),
    skeleton: fc.constantFrom("s1:aa", "s1:once7"),
    accountHash: fc.constantFrom("ab".repeat(16), "nothing"),
    outcome: fc.constantFrom("login.failure"),
    text: fc.constantFrom("LOG", "%", "_y", "/one/1", "\\"),
    since: fc.integer({ min: start, max: start + 400 }),
    until: fc.integer({ min: start, max: start + 400 }),
  },
  { requiredKeys: [] },
);

const rows = mixedRows(400);
const stored = database(rows);
const decoder = new EventDecoder(stored);
const search = (filter: EventFilter, cursor: EventCursor | undefined, limit: number): EventPage =>
  searchEvents(stored, decoder, filter, cursor, limit);

test("pages towards the past hold every matching event once, newest first", () => {
  fc.assert(
    fc.property(anyFilter, fc.integer({ min: 1, max: 200 }), (filter, limit) => {
      const found: EventRow[] = [];
      let cursor: EventCursor | undefined;
      do {
        const page = search(filter, cursor, limit);
        expect(page.events.length).toBeLessThanOrEqual(limit);
        expect(page.isComplete).toBe(true);
        found.push(...page.events);
        cursor = page.older;
      } while (cursor);
      expect(found).toEqual(rows.filter((row) => matches(row, filter)).reverse());
    }),
    { numRuns: 300 },
  );
});

test("pages towards the present hold every newer event once", () => {
  fc.assert(
    fc.property(anyFilter, fc.integer({ min: 1, max: 50 }), fc.nat(399), (filter, limit, from) => {
      const after = rows[from]!.id;
      const found: EventRow[] = [];
      let cursor: EventCursor | undefined = { after };
      while (cursor) {
        const page: EventPage = search(filter, cursor, limit);
        found.unshift(...page.events);
        cursor = page.newer;
      }
      expect(found).toEqual(rows.filter((row) => row.id > after && matches(row, filter)).reverse());
    }),
    { numRuns: 300 },
  );
});

test("an empty page towards the present leads back to where it came from", () => {
  const newest = rows.at(-1)!;
  const page = search({}, { after: newest.id }, 10);
  expect(page.events).toEqual([]);
  expect(page.older && search({}, page.older, 1).events).toEqual([newest]);
});

test("a rare match among very many events stops in time, says so, and is found by going on", () => {
  const many = Array.from({ length: 230_000 }, (_, index) =>
    sampleEvent({ id: start * eventIdsPerMs + index, ip: index === 3 ? "198.51.100.9" : "203.0.113.1" }),
  );
  const large = database(many);
  const largeDecoder = new EventDecoder(large);
  const first = searchEvents(large, largeDecoder, { ip: "198.51.100.9" }, undefined, 10);
  expect(first).toMatchObject({ events: [], isComplete: false });
  let page = first;
  for (let turn = 0; turn < 50 && page.older; turn++) {
    page = searchEvents(large, largeDecoder, { ip: "198.51.100.9" }, page.older, 10);
    if (page.events.length > 0) break;
  }
  expect(page.events.map((event) => event.id)).toEqual([start * eventIdsPerMs + 3]);
  expect(page.older).toBeUndefined();
});

test("an address that is none is the asker's mistake, in words", () => {
  for (const ip of ["10.0.0", "10.0.0.0/99", "'; DROP TABLE event"]) {
    expect(() => search({ ip }, undefined, 10)).toThrow(AppError);
  }
});

test("every index that is asked for can answer its filter", () => {
  for (const filter of [
    { accountHash: "ab".repeat(16) },
    { decider: "stuffing" },
    { decision: "block" },
  ] as const) {
    expect(search(filter, undefined, 5).events.length).toBe(5);
    expect(search({ ...filter, app: "shop", text: "/" }, undefined, 5).events.length).toBe(5);
  }
});
