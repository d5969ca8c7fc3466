import { expect, test } from "bun:test";
import { Deadline } from "./deadline.ts";

test("a wait lasts its length from the sweep that first saw it, never less", () => {
  const deadline = new Deadline();
  deadline.set(100);
  expect([1_000, 1_100, 1_101].map((now) => deadline.isOver(now))).toEqual([false, false, true]);
});

test("setting a wait anew forgets the time gone by, and clearing it waits for nothing", () => {
  const deadline = new Deadline();
  deadline.set(100);
  deadline.isOver(1_000);
  deadline.set(100);
  expect([1_500, 1_600].map((now) => deadline.isOver(now))).toEqual([false, false]);
  deadline.clear();
  expect(deadline.isOver(1e12)).toBe(false);
});
