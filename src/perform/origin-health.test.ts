import { expect, test } from "bun:test";
import { OriginHealth } from "./origin-health.ts";
import { RetryBudget } from "./retry-budget.ts";

function healthAt(clock: { now: number }): OriginHealth {
  return new OriginHealth(() => clock.now);
}

function times(count: number, act: () => void): void {
  for (let index = 0; index < count; index++) act();
}

test("refusals in a row send an origin to rest, each time for longer, and a connection ends it", () => {
  const clock = { now: 1_000_000 };
  const health = healthAt(clock);
  const rests: number[] = [];
  for (let round = 0; round < 8; round++) {
    times(3, () => health.refused("refused"));
    const began = clock.now;
    while (health.isResting) clock.now += 100;
    rests.push(clock.now - began);
  }
  expect(rests).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect([health.isOnTrial, health.isBurst]).toEqual([true, false]);
  health.connected();
  expect(health.isOnTrial).toBe(false);
});

test("a refusal now and then is none: what connects in between starts the count anew", () => {
  const health = healthAt({ now: 0 });
  times(10, () => {
    times(2, () => health.refused("refused"));
    health.connected();
  });
  expect(health.isResting).toBe(false);
});

test("a burst of errors counts only when nothing good comes between, and is over with a good answer after the rest", () => {
  const clock = { now: 1_000_000 };
  const health = healthAt(clock);
  times(20, () => {
    times(9, () => health.answered(500));
    health.answered(404);
  });
  expect(health.isResting).toBe(false);
  times(5, () => health.answered(503));
  times(5, () => health.answered(undefined, "the origin ended its response early"));
  expect([health.isResting, health.isBurst]).toEqual([true, true]);
  // Requests that were in flight do not end the rest.
  health.answered(200);
  expect(health.isResting).toBe(true);
  clock.now += 1_100;
  expect([health.isResting, health.isOnTrial]).toEqual([false, true]);
  health.answered(200);
  expect(health.isOnTrial).toBe(false);
  expect(health.problem?.text).toBe("the origin ended its response early");
});

test("retries are a share of the requests, with a few for those who send little", () => {
  const clock = { now: 0 };
  const budget = new RetryBudget(() => clock.now);
  let taken = 0;
  times(1_000, () => {
    budget.earn();
    if (budget.take()) taken++;
  });
  // The store of the start, and a fifth of the requests.
  expect(taken).toBe(249);
  clock.now += 1_000;
  expect([budget.take(), budget.take(), budget.take()]).toEqual([true, true, false]);
});
