import { expect, test } from "bun:test";
import { type OutcomeChange, OutcomeWatch } from "./outcome-watch.ts";

function startWatch() {
  const changes: OutcomeChange[] = [];
  const watch = new OutcomeWatch((change) => void changes.push(change));
  const answers = (count: number, unknownEvery: number) => {
    for (let index = 1; index <= count; index++) watch.answered("shop", "login", index % unknownEvery !== 0);
  };
  return { changes, answers, watch };
}

test("a release that makes every answer unreadable is told once, and once more when it is mended", () => {
  const { changes, answers } = startWatch();
  answers(1000, 50);
  expect(changes).toEqual([]);
  answers(60, 1);
  expect(changes).toMatchObject([{ app: "shop", route: "login", isBlind: true }]);
  answers(5000, 1);
  expect(changes.length).toBe(1);
  answers(200, 50);
  expect(changes.map(({ isBlind }) => isBlind)).toEqual([true, false]);
});

test("a route that never was readable, and one of which a third is not, are no news", () => {
  const never = startWatch();
  never.answers(3000, 1);
  expect(never.changes).toEqual([]);
  const third = startWatch();
  third.answers(3000, 3);
  expect(third.changes).toEqual([]);
});

test("a few answers make no past", () => {
  const { changes, answers } = startWatch();
  answers(40, 100);
  answers(100, 1);
  expect(changes).toEqual([]);
});

test("how much of a route is unknown now and before can be asked at any time", () => {
  const { answers, watch } = startWatch();
  expect(watch.states()).toEqual([]);
  answers(1000, 50);
  answers(60, 1);
  const [state] = watch.states();
  expect(state).toMatchObject({ app: "shop", route: "login", answers: 1060, isBlind: true });
  expect(state!.unknownShare).toBeGreaterThan(0.6);
  expect(state!.usualShare).toBeLessThan(0.2);
});
