/** After a small run nothing that was secret lies anywhere: not in the database, the logs or the saved state. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { AddressPools } from "./address-pools.ts";
import { AttackTally } from "./attack-tally.ts";
import { script } from "./client-software.ts";
import { comboList } from "./combo-list.ts";
import { customerAccounts, makeCustomers } from "./customers.ts";
import { guessCards } from "./other-attacks.ts";
import { type ProtectedShop, startProtectedShop } from "./protected-shop.ts";
import { RangeClock } from "./range-clock.ts";
import { Dice } from "./seeded-dice.ts";
import { collectSecrets, filesBelow, formsOf, secretsIn } from "./sent-secrets.ts";
import { stuff } from "./stuffing.ts";
import { visit } from "./visit.ts";
import { type WireRequest, watchRequests } from "./wire-client.ts";

const sent = () => undefined;
const secrets = new Set<string>();
let shop: ProtectedShop;
let logs = "";

beforeAll(async () => {
  const unwatch = watchRequests((request: WireRequest) => collectSecrets(request, secrets));
  const policies = resolve(import.meta.dir, "../../policies");
  shop = await startProtectedShop({ policies, isProtected: true, clockAt: Date.UTC(2026, 8, 7, 9) });
  const clock = new RangeClock(Date.UTC(2026, 8, 7, 9), (setting) => shop.setClock(setting));
  clock.run(1500);
  const pools = await AddressPools.read();
  const dice = new Dice("secrets");
  const { port, tlsPort } = shop;
  const place = {
    port,
    tlsPort,
    clock,
    tally: new AttackTally(),
    slow: 1,
    sent,
    until: clock.now + 3_600_000,
  };
  const addresses = pools.addresses("residential", 5, dice);
  const how = {
    addressOf: (attempt: number) => addresses[attempt % addresses.length]!,
    isApp: true,
    parallel: 2,
    everyMs: 1000,
  };
  const tool = script("requests", "python-requests/2.32.3");
  const pairs = comboList(60, 0.1, customerAccounts(3), dice);
  await Promise.all([
    ...makeCustomers(3, pools, dice).map((customer) =>
      visit(customer, { address: customer.address, port, clock, sent }),
    ),
    stuff({ ...how, pairs, softwareOf: () => tool }, place),
    guessCards({ ...how, count: 30, software: tool, firstCard: 1800, validEvery: 5 }, place, dice),
  ]);
  clock.stop();
  await shop.stop(true);
  logs = shop.output();
  unwatch();
}, 60_000);

afterAll(async () => {
  await shop.stop();
});

describe("what a run sent in confidence", () => {
  test("was of every kind", () => {
    expect(secrets.size).toBeGreaterThan(80);
    expect([...secrets].some((secret) => secret.startsWith("HPGC-"))).toBe(true);
  });

  test("is found by the search, in each form, where it is", () => {
    const [secret = ""] = secrets;
    for (const form of formsOf(secret))
      expect(secretsIn(Buffer.concat([Buffer.from("x"), form]), secrets)).toContain(secret);
  });

  test("lies in no file of the process and in no line of its log", async () => {
    const files = await filesBelow(shop.dataDir);
    // The shop that is protected keeps its own customers' cards, and answers for them.
    const ours = files.filter(({ name }) => !name.includes("demo-shop.sqlite"));
    expect(ours.some(({ name }) => name.endsWith("sallyport.db"))).toBe(true);
    expect(ours.some(({ name }) => name.endsWith("gauges.bin"))).toBe(true);
    const kept = [...ours, { name: "the log", bytes: Buffer.from(logs) }].flatMap(({ bytes, name }) =>
      secretsIn(bytes, secrets).map((secret) => `${secret} in ${name}`),
    );
    expect(kept).toEqual([]);
  }, 60_000);
});
