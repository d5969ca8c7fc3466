import { expect, test } from "bun:test";
import type { ClockSetting } from "./compressed-clock.ts";
import { RangeClock } from "./range-clock.ts";

test("sleepers wake in the order of their times, whatever the order in which they lay down", async () => {
  const clock = new RangeClock(1_000_000, () => undefined);
  clock.run(10_000);
  const woken: number[] = [];
  const times = [50, 10, 40, 20, 30, 60, 5].map((minutes) => 1_000_000 + minutes * 1000);
  await Promise.all(times.map(async (time) => clock.sleepUntil(time).then(() => woken.push(time))));
  clock.stop();
  expect(woken).toEqual(times.toSorted((left, right) => left - right));
});

test("a change of speed moves nobody's time backwards and is told to whoever shares the clock", () => {
  const told: ClockSetting[] = [];
  const clock = new RangeClock(5000, (setting) => told.push(setting));
  clock.run(1000);
  const before = clock.now;
  clock.run(1);
  expect(clock.now).toBeGreaterThanOrEqual(before);
  clock.stop();
  expect(told.map(({ speed }) => speed)).toEqual([1, 1000, 1]);
  expect(told[2]?.at).toBeGreaterThanOrEqual(before);
});
