/** The starter pack: whom it stops, how soon, and whom it never touches. Its own words, real gauges, simulated people. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scheme } from "../src/describe/field-table.ts";
import { GaugeStore } from "../src/gauge/gauge-store.ts";
import { compilePolicies } from "./compile-policies.ts";
import { formatDiagnostic } from "./format-diagnostic.ts";
import { linkPolicies } from "./link-policies.ts";
import type { ListPort } from "./list-port.ts";
import { type SampleFacts, sampleScheme } from "./sample-scheme.ts";
import type { FieldRow, Scheme } from "./scheme.ts";

const folder = join(import.meta.dir, "..", "policies");
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".policy"))
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const lists: ListPort = { read: (name) => readFileSync(join(folder, name), "utf8") };

const classRow: FieldRow<SampleFacts> = {
  name: "ip.class",
  type: "text",
  trust: "observed",
  doc: "",
  cost: 10,
  bind: () => (facts) => facts["ip.class"],
};
// What this world does not tell, such as device cookies.
const untold = (
  [
    ["device_cookie", "text"],
    ["account.known", "bool"],
    ["account.new_net", "bool"],
    ["account.risk", "text"],
    ["session", "text"],
    ["app", "text"],
  ] as const
).flatMap(([name, type]): FieldRow<SampleFacts>[] =>
  sampleScheme.fields.some((row) => row.name === name)
    ? []
    : [{ ...classRow, name, type, bind: () => () => undefined }],
);
const simulated: Scheme<SampleFacts> = { fields: [...sampleScheme.fields, classRow, ...untold] };

interface Visit {
  readonly net: string;
  readonly tool: string;
  readonly user?: string;
  readonly networkClass?: string;
  readonly asn?: number;
  readonly method?: string;
  readonly path?: string;
  readonly status: number;
  readonly at: number;
}

/** A fresh proxy; answers are known to it only once `lag` later requests have come. */
function startWorld(lag = 0) {
  const { ir } = compilePolicies(files, simulated, lists);
  const gauges = new GaugeStore({ maxBytes: 64 << 20 });
  const set = linkPolicies(ir!, simulated, { gauges, lists });
  const unsettled: (() => void)[] = [];
  return (visit: Visit): string => {
    const { method = "POST", path = "/login", at } = visit;
    const { bucket, pathParameters } = set.place("shop.example", method, path)!;
    const facts: SampleFacts = {
      method,
      path,
      "ip.net": visit.net,
      "ip.class": visit.networkClass ?? "isp",
      "ip.asn": visit.asn,
      "print.skeleton": visit.tool,
      username: visit.user,
      "path.code": pathParameters["code"],
      "path.id": pathParameters["id"],
    };
    bucket.observe(facts, at);
    const { action, decider = "" } = bucket.judge(facts, at);
    if (action.kind !== "allow") return decider;
    const outcome = bucket.outcome({ status: visit.status, header: () => undefined });
    if (outcome) unsettled.push(() => bucket.settle(facts, outcome, at));
    if (unsettled.length > lag) unsettled.shift()!();
    return "";
  };
}

/** Random numbers that are the same in every run. */
function startDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const seconds = (count: number) => 1_700_000_000_000 + count * 1000;
const passed = (verdicts: readonly string[]) => verdicts.filter((verdict) => verdict === "").length;
const times = <T>(count: number, each: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => each(index));

test("the pack compiles without a word for the real fields", () => {
  const { diagnostics } = compilePolicies(files, scheme, lists);
  // Its tests lie in a folder of their own and run elsewhere.
  const others = diagnostics.filter(({ code }) => code !== "W020");
  expect(others.map((diagnostic) => formatDiagnostic(diagnostic, files, { color: false }))).toEqual([]);
});

for (const connections of [1, 4, 16]) {
  test(`a password tool with ${connections} connections gets at most 30 attempts, in either order of its lists`, () => {
    const orders = [
      (index: number) => `user${index % 100}`,
      (index: number) => `user${Math.floor(index / 20)}`,
    ];
    for (const userOf of orders) {
      const send = startWorld(connections - 1);
      const verdicts = times(2000, (index) => {
        return send({
          net: "127.0.0.1",
          tool: "hydra",
          user: userOf(index),
          status: 401,
          at: seconds(index / 50),
        });
      });
      expect(passed(verdicts)).toBeLessThanOrEqual(30);
      // People on the same machine, with browsers and apps of their own, sign in meanwhile.
      const customer = { net: "127.0.0.1", at: seconds(41), status: 303 };
      expect(send({ ...customer, tool: "chromium", user: "ann" })).toBe("");
      expect(send({ ...customer, tool: "app", user: "bob", path: "/api/v1/session", status: 200 })).toBe("");
    }
  });
}

test("an office of 200 behind one address signs in within a morning hour, one in eight mistyping", () => {
  const dice = startDice(7);
  const send = startWorld();
  const visits = times(200, (person) => {
    const start = 1800 * (dice() + dice());
    const fails = dice() < 0.125 ? 1 + Math.floor(4 * dice()) : 0;
    const tool = dice() < 0.7 ? "chrome" : "firefox";
    return times(fails + 1, (attempt): Visit => {
      const status = attempt < fails ? 401 : 303;
      return { net: "office", tool, user: `p${person}`, status, at: seconds(start + 8 * attempt) };
    });
  });
  const inOrder = visits.flat().sort((left, right) => left.at - right.at);
  expect(inOrder.map(send).filter((verdict) => verdict !== "")).toEqual([]);
});

test("a carrier's gateway with thousands of customers is never stopped", () => {
  const dice = startDice(9);
  const send = startWorld();
  const verdicts = times(20_000, (index) => {
    const tool = dice() < 0.6 ? "safari" : "chrome";
    const user = `m${Math.floor(9000 * dice())}`;
    const status = dice() < 0.12 ? 401 : 303;
    return send({ net: "gateway", networkClass: "mobile", tool, user, status, at: seconds(index / 3) });
  });
  expect(passed(verdicts)).toBe(20_000);
});

test("an outage of sign-in, when everybody fails, stops nobody", () => {
  const send = startWorld();
  const verdicts = times(20_000, (index) => {
    const isOutage = index > 15_000 && index < 15_450;
    const status = isOutage || index % 9 === 0 ? 401 : 303;
    const person = `h${index % 4000}`;
    return send({
      net: person,
      tool: index % 3 ? "chrome" : "firefox",
      user: person,
      status,
      at: seconds(2 * index),
    });
  });
  expect(passed(verdicts)).toBe(20_000);
});

test("one tool on three thousand addresses is recognised by its print", () => {
  const send = startWorld();
  const verdicts = times(6000, (index) => {
    const status = index % 200 === 0 ? 303 : 401;
    return send({
      net: `n${index % 3000}`,
      tool: "tool",
      user: `v${index}`,
      status,
      at: seconds(index / 20),
    });
  });
  expect(passed(verdicts)).toBeLessThan(100);
  expect(verdicts.at(-1)).toBe("login_tool");
});

test("networks made for abuse are closed to sign-in; rented servers only once they go through a list", () => {
  const send = startWorld();
  const attempt = { tool: "x", status: 401 };
  expect(
    send({ ...attempt, net: "a", asn: 200_593, networkClass: "bulletproof", user: "u", at: seconds(1) }),
  ).toBe("bulletproof_networks");
  const rented = (index: number, networkClass: string) =>
    send({ ...attempt, net: networkClass, asn: 16_509, networkClass, user: `u${index}`, at: seconds(index) });
  expect(times(6, (index) => rented(index, "hosting"))).toEqual([
    "",
    "",
    "",
    "",
    ...times(2, () => "hosting_login_lists"),
  ]);
  expect(passed(times(6, (index) => rented(index, "vpn")))).toBe(6);
});

test("guessing gift cards ends after ten misses; a customer who mistypes does not notice", () => {
  const send = startWorld();
  const look = (net: string, code: string, status: number, at: number) =>
    send({ net, tool: "x", method: "GET", path: `/gift-cards/${code}/balance`, status, at: seconds(at) });
  expect(passed(times(500, (index) => look("guesser", `C${index}`, 404, index / 10)))).toBe(10);
  // Distinct codes are counted nearly exactly, so the limit of 40 is not met to the card.
  const stolen = passed(times(200, (index) => look("thief", `D${index}`, 200, index / 10)));
  expect(stolen).toBeGreaterThan(30);
  expect(stolen).toBeLessThan(50);
  expect(
    passed(times(40, (index) => look("customer", `E${index % 3}`, index % 8 === 0 ? 404 : 200, 20 * index))),
  ).toBe(40);
});

test("a class registers together; a flood does not get through", () => {
  const send = startWorld();
  const register = (net: string, index: number, at: number) =>
    send({ net, tool: "x", path: "/register", user: `${net}${index}`, status: 303, at: seconds(at) });
  expect(passed(times(35, (index) => register("school", index, 5 * index)))).toBe(35);
  expect(passed(times(1000, (index) => register("flood", index, index / 4)))).toBe(59);
});

test("a catalogue that is read without anything around it ends after thirty products; reading at leisure never does", () => {
  const send = startWorld();
  const read = (net: string, index: number, at: number) =>
    send({ net, tool: "x", method: "GET", path: `/products/${index}`, status: 200, at: seconds(at) });
  const product = passed(times(2000, (index) => read("bot", index, index / 50)));
  expect(product).toBeGreaterThan(25);
  expect(product).toBeLessThan(35);
  expect(passed(times(60, (index) => read("reader", index, 45 * index)))).toBe(60);
});
