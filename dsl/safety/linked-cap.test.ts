/** A cap against an exact model that remembers every request; and what keeps attackers from lifting it. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { yes } from "../link/evaluation.ts";
import { idleSafety, type SafetyChange } from "../safety-port.ts";
import { sampleGauges } from "../sample-state.ts";
import { leastPeople, leastStops } from "./cap-limit.ts";
import { LinkedCap } from "./linked-cap.ts";
import { LinkedCohort } from "./linked-cohort.ts";
import { lowestShare } from "./share-bounds.ts";
import { TargetVolume } from "./target-volume.ts";
import { windowParts } from "./window-tally.ts";

interface Request {
  readonly person: string;
  readonly isGood: boolean;
}

const windowMs = 600_000;
const partMs = windowMs / windowParts;
const start = 1_700_000_000_000;

function capOf(percents: { good: number; traffic: number }, usual: number | undefined) {
  const changes: SafetyChange[] = [];
  const port = { ...idleSafety(), changed: (change: SafetyChange) => void changes.push(change) };
  const baseline = {
    observe: () => undefined,
    usual: () => usual,
    support: () => ({ source: "overall" as const, hours: usual === undefined ? 0 : 100 }),
    forget: () => undefined,
  };
  const volume = new TargetVolume<Request>("v", windowMs, baseline, port);
  const cohort = new LinkedCohort<Request>({
    id: "good",
    name: "good",
    ask: ({ isGood }) => (isGood ? yes : 0),
    person: ({ person }) => person,
    later: undefined,
  });
  const lasting = sampleGauges().openHold({ id: "l", name: "l", forMs: windowMs });
  const cap = new LinkedCap<Request>({
    policy: "p",
    ir: {
      windowMs,
      isDefault: false,
      limits: [
        { subject: { kind: "known_good" }, percent: percents.good },
        { subject: { kind: "traffic" }, percent: percents.traffic },
      ],
    },
    volume,
    cohorts: [cohort, undefined],
    port,
    lasting,
  });
  return { cap, volume, changes };
}

const steps = fc.array(
  fc.record({
    wait: fc.nat(40_000),
    person: fc.nat(60).map((one) => `p${one}`),
    isGood: fc.boolean(),
    stops: fc.boolean(),
    times: fc.integer({ min: 1, max: 12 }),
  }),
  { maxLength: 60 },
);

test("a cap is reached, and let go, exactly when a model that remembers everything says so", () => {
  const usuals = fc.constantFrom(undefined, 30, 100, 400);
  fc.assert(
    fc.property(
      steps,
      usuals,
      fc.constantFrom(1, 20),
      fc.constantFrom(10, 40),
      (all, usual, good, traffic) => {
        const { cap, volume } = capOf({ good, traffic }, usual);
        const past: (Request & { at: number; isStop: boolean })[] = [];
        let now = start;
        let cappedAt: number | undefined;
        for (const { wait, stops, times, ...request } of all) {
          now += wait;
          for (let index = 0; index < times; index++) {
            volume.arrive(request, now);
            if (stops) cap.count(request, now);
            past.push({ ...request, at: now, isStop: stops });
          }
          const isReached = (factor: number) => {
            const part = Math.floor(now / partMs);
            const live = past.filter(({ at }) => Math.floor(at / partMs) > part - windowParts);
            const hurt = past.filter(({ isGood, isStop, at }) => isGood && isStop && at > now - windowMs);
            const people = new Set(hurt.map(({ person }) => person)).size;
            const of = Math.max(people, live.filter(({ isGood }) => isGood).length);
            const byGood = people >= leastPeople * factor && lowestShare(people, of) >= (good / 100) * factor;
            if (usual === undefined) return byGood;
            const charged = live.filter(({ isStop }) => isStop).length - Math.max(0, live.length - usual);
            return byGood || (charged >= leastStops * factor && charged >= (traffic / 100) * factor * usual);
          };
          if (cappedAt === undefined) cappedAt = isReached(1) ? now : undefined;
          else if (now - cappedAt >= windowMs && !isReached(0.5)) cappedAt = undefined;
          expect(cap.isBeyond(now)).toBe(cappedAt !== undefined);
        }
      },
    ),
  );
});

test("one person who is stopped a thousand times lifts no cap", () => {
  const { cap, volume } = capOf({ good: 0.1, traffic: 100 }, undefined);
  for (let index = 0; index < 1000; index++) {
    const request = { person: "mallory", isGood: true };
    volume.arrive(request, start + index);
    cap.count(request, start + index);
  }
  expect(cap.isBeyond(start + 1000)).toBe(false);
});

test("an attack of any size that is stopped is no part of the usual traffic", () => {
  const { cap, volume } = capOf({ good: 0.1, traffic: 10 }, 200);
  for (let index = 0; index < 50_000; index++) {
    const isAttack = index % 250 !== 0;
    const request = { person: `p${index}`, isGood: false };
    volume.arrive(request, start + index * 10);
    if (isAttack) cap.count(request, start + index * 10);
  }
  expect(cap.isBeyond(start + 500_000)).toBe(false);
});

test("beginning and end are told once each, with figures", () => {
  const { cap, volume, changes } = capOf({ good: 1, traffic: 100 }, undefined);
  for (let index = 0; index < 40; index++) {
    const request = { person: `p${index}`, isGood: true };
    volume.arrive(request, start);
    cap.count(request, start);
    cap.isBeyond(start);
  }
  expect(cap.isBeyond(start + windowMs - 1)).toBe(true);
  expect(cap.isBeyond(start + 2 * windowMs)).toBe(false);
  expect(changes.map(({ kind, isActive }) => [kind, isActive])).toEqual([
    ["cap", true],
    ["cap", false],
  ]);
  expect(changes[0]?.detail).toContain("good: 10 of 10 stopped, 100% of 1%");
});

test("a cap that was reached while the clock was ahead lasts a window more, and no longer", () => {
  const { cap, volume, changes } = capOf({ good: 1, traffic: 100 }, undefined);
  const ahead = start + 1000 * windowMs;
  for (let index = 0; index < 40; index++) {
    const request = { person: `p${index}`, isGood: true };
    volume.arrive(request, ahead);
    cap.count(request, ahead);
  }
  expect(cap.isBeyond(ahead)).toBe(true);
  expect(cap.isBeyond(start)).toBe(true);
  expect(cap.isBeyond(start + windowMs)).toBe(false);
  expect(changes.map(({ isActive }) => isActive)).toEqual([true, false]);
});
