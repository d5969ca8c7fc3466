import { expect, test } from "bun:test";
import { AttackTally } from "./attack-tally.ts";

test("what is learnt, or could have been, counts once however often it is found", () => {
  const tally = new AttackTally();
  for (const email of ["ann@x.example", "bob@x.example", "ann@x.example"]) {
    tally.attempted();
    tally.reach(email);
  }
  tally.learnt("ann@x.example");
  tally.learnt("ann@x.example");
  expect([tally.attempts, tally.reached.size, tally.learned.size]).toEqual([3, 2, 1]);
});

test("the first stop is told by the attempts up to it", () => {
  const tally = new AttackTally();
  tally.attempted();
  tally.attempted();
  tally.stopped();
  tally.attempted();
  tally.stopped();
  expect(tally.firstStop?.attempt).toBe(2);
  expect(tally.stops).toBe(2);
});
