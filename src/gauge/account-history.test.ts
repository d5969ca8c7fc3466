import { expect, test } from "bun:test";
import { GaugeStore } from "./gauge-store.ts";

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const seed = new Uint8Array(8).fill(3);
const spec = { id: "history", name: "accounts" };
const open = (store = new GaugeStore({ maxBytes: 8 << 20, seed })) => store.openHistory(spec);

test("an account that never got in is unknown, and nothing else is said of it", () => {
  expect(open().find("ann", "s1", "192.0.2.1", start)).toEqual({ isKnown: false });
});

test("tells since when an account has been away, and whether its stack and network are new to it", () => {
  const history = open();
  history.remember("ann", "s1", "192.0.2.1", start);
  history.remember("joe", "s2", "192.0.2.2", start);
  const later = start + 3 * day;
  expect(history.find("ann", "s1", "192.0.2.1", later)).toEqual({
    isKnown: true,
    idleMs: 3 * day,
    hasNewStack: false,
    hasNewNetwork: false,
  });
  expect(history.find("ann", "s2", "192.0.2.2", later)).toMatchObject({
    hasNewStack: true,
    hasNewNetwork: true,
  });
  // Behind plain HTTP there is no stack to be new.
  expect(history.find("ann", undefined, "192.0.2.1", later)).not.toHaveProperty("hasNewStack");
});

test("a stack is not new where none of the account's was ever seen", () => {
  const history = open();
  history.remember("ann", undefined, "192.0.2.1", start);
  expect(history.find("ann", "s1", "192.0.2.1", start)).not.toHaveProperty("hasNewStack");
});

test("keeps the last six networks of an account, those that come again first", () => {
  const history = open();
  for (let net = 0; net < 6; net++) history.remember("ann", "s", `net${net}`, start);
  history.remember("ann", "s", "net0", start);
  history.remember("ann", "s", "net6", start);
  const isNew = (net: string) => history.find("ann", "s", net, start).hasNewNetwork;
  expect(["net0", "net1", "net2", "net5", "net6"].map(isNew)).toEqual([false, true, false, false, false]);
});

test("forgets an account after ninety days without a success", () => {
  const history = open();
  history.remember("ann", "s", "net", start);
  expect(history.find("ann", "s", "net", start + 89 * day).isKnown).toBe(true);
  expect(history.find("ann", "s", "net", start + 92 * day).isKnown).toBe(false);
});

test("a restart keeps what was known", () => {
  const store = new GaugeStore({ maxBytes: 8 << 20, seed });
  open(store).remember("ann", "s1", "192.0.2.1", start);
  const file = Buffer.concat(store.snapshot(start));
  expect(file.toString("latin1")).not.toContain("ann");
  const next = new GaugeStore({ maxBytes: 8 << 20, seed });
  expect(next.restore(file, start)).toBeUndefined();
  expect(open(next).find("ann", "s1", "192.0.2.1", start + day)).toMatchObject({
    isKnown: true,
    hasNewStack: false,
  });
});
