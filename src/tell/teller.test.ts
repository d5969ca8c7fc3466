/** What requests tell, on its way to storage: batched, bounded, and not lost while storage is away. */
import { expect, test } from "bun:test";
import type { Tell } from "../../dsl/index.ts";
import type { DurableEntry } from "../store/outbox-rows.ts";
import { TellSeal } from "./tell-seal.ts";
import { Teller } from "./teller.ts";
import type { ToldRequest } from "./told-request.ts";

const seal = new TellSeal(new Uint8Array(32).fill(1));

const request = (at: number, evidence: ToldRequest["evidence"] = {}): ToldRequest => ({
  event: at,
  app: "shop",
  route: "login",
  at,
  evidence,
  reason: () => "ip.asn = 9009 (9009)",
  withheld: () => "cap",
});

const call = (key?: string): Tell => ({
  kind: "webhook",
  policy: "p",
  name: "reset",
  payload: '{"user":"ann"}',
  awaitsLogin: false,
  once: key === undefined ? undefined : { key, everyMs: 1000 },
});

const alert = (key?: string): Tell => ({
  kind: "alert",
  policy: "p",
  name: "soc",
  severity: "high",
  once: key === undefined ? undefined : { key, everyMs: 1000 },
});

function tellerOver(commit: (entry: DurableEntry) => Promise<number>) {
  const entries: DurableEntry[] = [];
  const faults: unknown[] = [];
  const teller = new Teller({
    seal,
    commands: {
      commit: async (entry) => {
        const fresh = await commit(entry);
        entries.push(entry);
        return fresh;
      },
    },
    stored: () => undefined,
    fault: (error) => faults.push(error),
  });
  return { teller, entries, faults };
}

test("a hundred thousand requests are one alert, with counts and the evidence seen most", async () => {
  const { teller, entries } = tellerOver(async () => 0);
  for (let n = 0; n < 100_000; n++) {
    teller.tell([alert()], request(n, { networks: n % 3 === 0 ? "AS1" : "AS2", addresses: `a${n}` }));
  }
  await teller.flush();
  const alerts = entries.flatMap((entry) => entry.alerts);
  expect(alerts.length).toBe(1);
  expect(alerts[0]).toMatchObject({ channel: "channel soc", count: 100_000, firstAt: 0, lastAt: 99_999 });
  expect(alerts[0]?.evidence["networks"]).toEqual({ AS1: 33_334, AS2: 66_666 });
  expect(Object.keys(alerts[0]?.evidence["addresses"] ?? {}).length).toBe(50);
  expect(alerts[0]?.evidence["reasons"]).toEqual({ "ip.asn = 9009 (9009)": 100_000 });
  expect(alerts[0]?.evidence["withheld"]).toEqual({ cap: 100_000 });
});

test("a flood of keys makes no flood of entries", async () => {
  const { teller, entries } = tellerOver(async () => 0);
  for (let n = 0; n < 20_000; n++) teller.tell([alert(`key${n}`)], request(n));
  await teller.flush();
  const alerts = entries.flatMap((entry) => entry.alerts);
  expect(alerts.length).toBeLessThanOrEqual(2001);
  expect(alerts.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
});

test("a key is told of once in its time without asking storage each time", async () => {
  const { teller, entries } = tellerOver(async () => 1);
  for (const at of [0, 1, 999, 1000]) teller.tell([call("ann")], request(at));
  teller.tell([call("bob")], request(5));
  await teller.flush();
  expect(entries.flatMap((entry) => entry.calls).map(({ event }) => event)).toEqual([0, 1000, 5]);
});

test("a call's body lies sealed, under its own id alone", async () => {
  const { teller, entries } = tellerOver(async () => 1);
  teller.tell([call()], request(0));
  await teller.flush();
  const [stored] = entries.flatMap((entry) => entry.calls);
  expect(Buffer.from(stored!.body).toString("latin1")).not.toContain("ann");
  expect(seal.open(stored!.id, stored!.body)).toBe('{"user":"ann"}');
  expect(seal.open("msg_other", stored!.body)).toBeUndefined();
  expect(new TellSeal(new Uint8Array(32)).open(stored!.id, stored!.body)).toBeUndefined();
});

test("while storage is away nothing is lost, and it is said once", async () => {
  let failures = 2;
  const { teller, entries, faults } = tellerOver(async () => {
    if (failures-- > 0) throw new Error("storage did not answer");
    return 1;
  });
  teller.tell([call(), alert()], request(0));
  await teller.flush();
  expect(entries.length).toBe(1);
  expect(entries[0]?.calls.length).toBe(1);
  expect(faults.length).toBe(1);
});
