/** Sliding counts and people, against lists of everything that ever happened. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { PeopleWindow } from "./people-window.ts";
import { WindowTally, windowParts } from "./window-tally.ts";

const windowMs = 12_000;
const partMs = windowMs / windowParts;
const steps = fc.array(
  fc.record({ wait: fc.nat(3 * partMs), column: fc.nat(1), weight: fc.integer({ min: 1, max: 64 }) }),
  { maxLength: 80 },
);

test("a tally holds what came within the last eleven to twelve parts of its window", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const tally = new WindowTally(windowMs, 2);
      const past: { part: number; column: number; weight: number }[] = [];
      let now = 1_700_000_000_000;
      for (const { wait, column, weight } of all) {
        now += wait;
        tally.add(column, weight, now);
        const part = Math.floor(now / partMs);
        past.push({ part, column, weight });
        for (const asked of [0, 1]) {
          const live = past.filter((one) => one.column === asked && one.part > part - windowParts);
          expect(tally.sum(asked, now)).toBe(live.reduce((sum, one) => sum + one.weight, 0));
          const newest = live.filter((one) => one.part === part);
          expect(tally.newest(asked, now)).toBe(newest.reduce((sum, one) => sum + one.weight, 0));
        }
      }
    }),
  );
});

test("a tally that nobody asked for long is empty, and a clock that goes back loses nothing", () => {
  const tally = new WindowTally(windowMs, 1);
  tally.add(0, 5, 1_000_000);
  tally.add(0, 1, 1_000_000 - 500);
  expect(tally.sum(0, 1_000_000)).toBe(6);
  expect(tally.sum(0, 1_000_000 + 100 * windowMs)).toBe(0);
  tally.add(0, 2, 1_000_000 + 100 * windowMs);
  expect(tally.sum(0, 1_000_000 + 100 * windowMs)).toBe(2);
});

test("people count once within the window, and what was true of them once stays true", () => {
  const visits = fc.array(
    fc.record({ wait: fc.nat(4000), person: fc.constantFrom("a", "b", "c", "d"), isHit: fc.boolean() }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(visits, (all) => {
      const people = new PeopleWindow(windowMs);
      // A person stays for as long as one visit follows the other within the window.
      const known = new Map<string, { at: number; isHit: boolean }>();
      let now = 1_000_000;
      for (const { wait, person, isHit } of all) {
        now += wait;
        for (const [name, { at }] of known) if (at <= now - windowMs) known.delete(name);
        people.add(person, isHit, now);
        known.set(person, { at: now, isHit: isHit || known.get(person)?.isHit === true });
        const hits = [...known.values()].filter((one) => one.isHit).length;
        expect(people.counts(now)).toEqual({ people: known.size, hits });
      }
    }),
  );
});

test("a flood of people is bounded, and those seen last stay", () => {
  const people = new PeopleWindow(windowMs);
  for (let index = 0; index < 10_000; index++) people.add(`p${index}`, index >= 9000, 1000);
  expect(people.counts(1000)).toEqual({ people: 4096, hits: 1000 });
});

test("after a clock that was far ahead, tallies and people begin afresh instead of standing still", () => {
  const ahead = 1_000_000 + 1000 * windowMs;
  const tally = new WindowTally(windowMs, 1);
  tally.add(0, 5, ahead);
  tally.add(0, 2, 1_000_000);
  expect(tally.sum(0, 1_000_000)).toBe(2);
  expect(tally.isWhole(1_000_000)).toBe(false);
  expect(tally.sum(0, 1_000_000 + 2 * windowMs)).toBe(0);
  const people = new PeopleWindow(windowMs);
  people.add("a", true, ahead);
  people.add("b", false, 1_000_000);
  expect(people.counts(1_000_000)).toEqual({ people: 1, hits: 0 });
});
