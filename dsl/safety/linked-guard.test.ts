/** Guards: who is drawn, what counts, and when it ends. */
import { expect, test } from "bun:test";
import { yes } from "../link/evaluation.ts";
import type { OutcomeKind } from "../policy-set.ts";
import { idleSafety, type SafetyChange } from "../safety-port.ts";
import { sampleGauges } from "../sample-state.ts";
import { LinkedCohort } from "./linked-cohort.ts";
import { LinkedGuard } from "./linked-guard.ts";

const start = 1_700_000_000_000;
const dayMs = 86_400_000;

function guardOf(stays: "lt" | "gt", percent: number, share = 0.02, salt = "secret") {
  const changes: SafetyChange[] = [];
  const port = { ...idleSafety(), changed: (change: SafetyChange) => void changes.push(change) };
  const knownGood = new LinkedCohort<string>({
    id: "g",
    name: "known_good",
    ask: (person) => (person.startsWith("good") ? yes : 0),
    person: (person) => person,
    later: undefined,
  });
  const ir = {
    event: "login",
    kinds: ["success"] as OutcomeKind[],
    stays,
    percent,
    windowMs: 900_000,
    atLeast: 20,
    text: "",
  };
  const lasting = sampleGauges().openHold({ id: "l", name: "l", forMs: 1_800_000 });
  const parts = { policy: "p", ir, knownGood, port, lasting, salt, share };
  return {
    guard: new LinkedGuard<string>(parts),
    restarted: () => new LinkedGuard<string>({ ...parts, port: { ...idleSafety(), changed: port.changed } }),
    changes,
  };
}

const drawnOf = (guard: LinkedGuard<string>, now: number) =>
  Array.from({ length: 5000 }, (_, index) => `good${index}`).filter(
    (one) => guard.drawn(one, now) !== undefined,
  );

test("two in a hundred known good people are drawn, others each day and under each secret, strangers never", () => {
  const { guard } = guardOf("lt", 2);
  const today = drawnOf(guard, start);
  expect(today.length).toBeGreaterThan(60);
  expect(today.length).toBeLessThan(145);
  expect(drawnOf(guard, start + 1000)).toEqual(today);
  const overlap = (others: string[]) => others.filter((one) => today.includes(one)).length;
  expect(overlap(drawnOf(guard, start + dayMs))).toBeLessThan(20);
  expect(overlap(drawnOf(guardOf("lt", 2, 0.02, "other").guard, start))).toBeLessThan(20);
  expect(guardOf("lt", 2, 1).guard.drawn("stranger", start)).toBeUndefined();
});

test("one person who gets in two hundred times breaks no guard, twenty people do", () => {
  const { guard, changes } = guardOf("lt", 20);
  for (let at = 0; at < 200; at++) guard.settle("good0", { event: "login", kind: "success" }, start + at);
  expect(guard.isBroken(start + 200)).toBe(false);
  for (let at = 1; at < 20; at++) guard.settle(`good${at}`, { event: "login", kind: "success" }, start + 200);
  expect(guard.isBroken(start + 201)).toBe(true);
  expect(guard.isBroken(start + 1_800_000)).toBe(true);
  expect(guard.isBroken(start + 1_800_201)).toBe(false);
  expect(changes.map(({ kind, isActive }) => [kind, isActive])).toEqual([
    ["guard", true],
    ["guard", false],
  ]);
});

test("chance breaks no guard: the share must be wrong with certainty", () => {
  const { guard } = guardOf("lt", 20);
  for (let at = 0; at < 40; at++) {
    guard.settle(`good${at}`, { event: "login", kind: at % 4 === 0 ? "success" : "failure" }, start);
  }
  expect(guard.isBroken(start)).toBe(false);
});

test("other events and what another policy stopped say nothing; a share that must stay high breaks when it is low", () => {
  const { guard } = guardOf("gt", 60);
  for (let at = 0; at < 50; at++) {
    guard.settle(`good${at}`, { event: "card", kind: "failure" }, start);
    guard.settle(`good${at}`, { event: "login", kind: "stopped" }, start);
  }
  expect(guard.isBroken(start)).toBe(false);
  for (let at = 0; at < 50; at++) guard.settle(`good${at}`, { event: "login", kind: "failure" }, start);
  expect(guard.isBroken(start)).toBe(true);
});

test("a broken guard stays broken over a restart", () => {
  const { guard, restarted } = guardOf("lt", 20);
  for (let at = 0; at < 30; at++) guard.settle(`good${at}`, { event: "login", kind: "success" }, start);
  expect(guard.isBroken(start)).toBe(true);
  expect(restarted().isBroken(start + 1000)).toBe(true);
});

test("a guard that broke while the clock was ahead holds again when it is set right", () => {
  const { guard, changes } = guardOf("lt", 20);
  const ahead = start + 90 * dayMs;
  for (let at = 0; at < 20; at++) guard.settle(`good${at}`, { event: "login", kind: "success" }, ahead);
  expect(guard.isBroken(ahead + 1)).toBe(true);
  expect(guard.isBroken(start)).toBe(false);
  expect(changes.map(({ isActive }) => isActive)).toEqual([true, false]);
});
