/** The outbox: told once, by one at a time, until it is over; and alerts that grow into one. */
import { Database } from "bun:sqlite";
import { afterAll, beforeEach, expect, setSystemTime, test } from "bun:test";
import { migrate } from "./migrate.ts";
import { outboxCommands } from "./outbox-commands.ts";
import { outboxEntry, outboxPage } from "./outbox-decoder.ts";
import type { AlertGrowth, Attempt, ClaimedDelivery, NewCall } from "./outbox-rows.ts";

const capacity = { byTarget: {}, others: 4, most: 32, leaseMs: 1000 };
const start = Date.UTC(2026, 0, 12);
let database: Database;
let commands: ReturnType<typeof outboxCommands>;
let now = start;

beforeEach(() => {
  database = new Database(":memory:", { strict: true });
  migrate(database, "x");
  commands = outboxCommands(database);
  at(0);
});

afterAll(() => void setSystemTime());

function at(ms: number): void {
  now = start + ms;
  setSystemTime(now);
}

const call = (id: string, more: Partial<NewCall> = {}): NewCall => ({
  id,
  target: "webhook reset",
  policy: "p",
  app: "shop",
  event: 7,
  body: new Uint8Array([1, 2, 3]),
  once: undefined,
  ...more,
});

const growth = (more: Partial<AlertGrowth> = {}): AlertGrowth => ({
  channel: "channel soc",
  policy: "p",
  app: "shop",
  key: new Uint8Array(),
  severity: "high",
  everyMs: 60_000,
  count: 1,
  firstAt: now,
  lastAt: now,
  evidence: { networks: { AS1: 1 } },
  ...more,
});

const end = ({ id, attempts, digest }: ClaimedDelivery, state: Attempt["state"], waitMs = 0): Attempt => ({
  id,
  attempts,
  state,
  nextAt: now + waitMs,
  status: undefined,
  problem: undefined,
  told: digest?.count,
});

const claimed = () => commands.claimDeliveries(capacity).deliveries;

test("what is taken is nobody else's until its lease ends, and then somebody else's", () => {
  commands.commit({ calls: [call("a")], alerts: [] });
  const [first] = claimed();
  expect(first).toMatchObject({ id: "a", attempts: 1, event: 7 });
  expect(claimed()).toEqual([]);
  at(1001);
  expect(claimed()).toMatchObject([{ id: "a", attempts: 2 }]);
  // The first one comes home late: it may say that it was delivered, and nothing else.
  commands.settleDeliveries([end(first!, "dead")]);
  expect(outboxEntry(database, "a")?.state).toBe("pending");
  commands.settleDeliveries([end(first!, "delivered")]);
  expect(outboxEntry(database, "a")?.state).toBe("delivered");
});

test("a call that is committed twice is one", () => {
  expect(commands.commit({ calls: [call("a"), call("b")], alerts: [] })).toBe(2);
  expect(commands.commit({ calls: [call("a")], alerts: [] })).toBe(0);
  expect(claimed().map(({ id }) => id)).toEqual(["a", "b"]);
});

const once = (id: string) => call(id, { once: { key: new Uint8Array([9]), until: now + 5000 } });

test("a key is told of once in its time, over restarts too", () => {
  expect(commands.commit({ calls: [once("a"), once("b")], alerts: [] })).toBe(1);
  const restarted = outboxCommands(database);
  at(4999);
  expect(restarted.commit({ calls: [once("c")], alerts: [] })).toBe(0);
  at(5000);
  expect(restarted.commit({ calls: [once("d")], alerts: [] })).toBe(1);
});

test("bodies are gone once delivered or dropped; a dead one keeps its own and is sent again", () => {
  commands.commit({ calls: [call("a"), call("b"), call("c")], alerts: [] });
  const [a, b] = claimed();
  commands.settleDeliveries([end(a!, "delivered"), end(b!, "dead")]);
  commands.dropDeliveries(["c"]);
  const bodies = database.query("SELECT id, body IS NULL AS isGone FROM outbox ORDER BY id").all();
  expect(bodies).toEqual([
    { id: "a", isGone: 1 },
    { id: "b", isGone: 0 },
    { id: "c", isGone: 1 },
  ]);
  expect(commands.resendDeliveries(["a", "c"])).toBe(0);
  expect(commands.resendDeliveries("all_dead")).toBe(1);
  expect(claimed()).toMatchObject([{ id: "b", attempts: 1 }]);
});

test("each target has its own room, and the next time to ask is known", () => {
  const calls = Array.from({ length: 6 }, (_, n) => call(`a${n}`));
  commands.commit({ calls: [...calls, call("other", { target: "webhook siem" })], alerts: [] });
  const { deliveries } = commands.claimDeliveries({ ...capacity, byTarget: { "webhook reset": 2 } });
  expect(deliveries.map(({ id }) => id).sort()).toEqual(["a0", "a1", "other"]);
  const blocked = commands.claimDeliveries({ ...capacity, byTarget: { "webhook reset": 0 } });
  expect(blocked.deliveries).toEqual([]);
  expect(blocked.nextAt).toBe(now + 1000);
});

test("what nobody takes for three days is dead, and what is long over is forgotten", () => {
  commands.commit({ calls: [call("a")], alerts: [] });
  at(3 * 86_400_000 + 1);
  expect(claimed()).toEqual([]);
  expect(outboxEntry(database, "a")).toMatchObject({ state: "dead" });
  at(40 * 86_400_000);
  claimed();
  expect(outboxEntry(database, "a")).toBeUndefined();
});

test("a million requests are one alert that grows: told at once, and again only after its time", () => {
  commands.commit({ calls: [], alerts: [growth()] });
  const [first] = claimed();
  expect(first).toMatchObject({ kind: "alert", target: "channel soc", digest: { count: 1, told: 0 } });
  // It grows while it waits to be told, and says so when it is.
  commands.commit({
    calls: [],
    alerts: [growth({ count: 999_999, evidence: { networks: { AS1: 5, AS2: 9 } } })],
  });
  at(1001);
  const [again] = claimed();
  expect(again?.digest).toMatchObject({ count: 1_000_000, evidence: { networks: { AS1: 6, AS2: 9 } } });
  commands.settleDeliveries([end(again!, "delivered")]);
  expect(claimed()).toEqual([]);
  commands.commit({ calls: [], alerts: [growth({ count: 5 })] });
  expect(claimed()).toEqual([]);
  expect(commands.claimDeliveries(capacity).nextAt).toBe(start + 60_000);
  at(60_000);
  expect(claimed()).toMatchObject([{ digest: { count: 1_000_005, told: 1_000_000 } }]);
  expect(outboxPage(database, undefined, 10).digests.length).toBe(1);
});

test("without growth nothing is told again, and after hours of quiet it is another alert", () => {
  commands.commit({ calls: [], alerts: [growth({ count: 3 })] });
  commands.settleDeliveries([end(claimed()[0]!, "delivered")]);
  at(3_600_000);
  expect(claimed()).toEqual([]);
  at(7 * 3_600_000);
  commands.commit({ calls: [], alerts: [growth({ count: 2 })] });
  expect(claimed()).toMatchObject([{ digest: { count: 2, told: 0 } }]);
});

test("however many keys there are, a policy has few alerts", () => {
  const alerts = Array.from({ length: 100 }, (_, n) => growth({ key: new Uint8Array([n, 1]) }));
  commands.commit({ calls: [], alerts });
  const { digests } = outboxPage(database, undefined, 10);
  expect(digests.length).toBe(21);
  expect(digests.reduce((sum, { count }) => sum + count, 0)).toBe(100);
});

test("a transaction that fails leaves nothing, and the settings as they were", () => {
  const broken = { ...call("b"), target: undefined as unknown as string };
  expect(() => commands.commit({ calls: [call("a"), broken], alerts: [] })).toThrow();
  expect(outboxEntry(database, "a")).toBeUndefined();
  expect(database.query("PRAGMA synchronous").get()).toEqual({ synchronous: 1 });
});
