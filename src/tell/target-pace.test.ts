import { expect, test } from "bun:test";
import { backoffMs, TargetPaces } from "./target-pace.ts";

const half = () => 0.5;
const room = (paces: TargetPaces, now: number) => paces.capacities(now)["t"];

/** So many calls that are begun and taken at once. */
function taken(paces: TargetPaces, calls: number, now: number): void {
  for (let n = 0; n < calls; n++) {
    paces.begin("t", now);
    paces.end("t", false, undefined, now);
  }
}

test("few calls are under way at once, and few are begun in a second", () => {
  const paces = new TargetPaces(half);
  for (let n = 0; n < 4; n++) paces.begin("t", 0);
  expect(room(paces, 0)).toBe(0);
  for (let n = 0; n < 4; n++) paces.end("t", false, undefined, 0);
  expect(room(paces, 0)).toBe(4);
  // Twenty at once; then a few a second.
  taken(paces, 16, 0);
  expect(room(paces, 0)).toBe(0);
  expect(room(paces, 40)).toBe(1);
});

test("a target that takes what it is told is told faster, up to a hundred a second, until it fails", () => {
  const paces = new TargetPaces(half);
  taken(paces, 20, 0);
  expect(room(paces, 0)).toBe(0);
  expect(paces.nextAt(0)).toBeCloseTo(1000 / 30);
  for (let second = 1; second < 20; second++) taken(paces, 20, second * 1000);
  expect(room(paces, 19_000)).toBe(0);
  expect(paces.nextAt(19_000)).toBe(19_010);
  paces.begin("t", 19_010);
  paces.end("t", true, undefined, 19_010);
  expect(paces.nextAt(19_010)).toBe(19_110);
});

test("a target that keeps failing is left alone, longer each time, and then asked by one call", () => {
  const paces = new TargetPaces(half);
  const fail = (now: number) => {
    paces.begin("t", now);
    paces.end("t", true, undefined, now);
  };
  fail(0);
  fail(0);
  expect(room(paces, 0)).toBe(4);
  fail(0);
  expect(room(paces, 0)).toBe(0);
  expect(paces.nextAt(0)).toBe(1500);
  expect(room(paces, 1500)).toBe(1);
  fail(1500);
  expect(room(paces, 1500 + 2999)).toBe(0);
  expect(room(paces, 1500 + 3000)).toBe(1);
  paces.begin("t", 5000);
  paces.end("t", false, undefined, 5000);
  expect(room(paces, 5000)).toBe(4);
});

test("what a target asks for is waited for, within a day", () => {
  const paces = new TargetPaces(half);
  paces.begin("t", 0);
  paces.end("t", true, 90_000, 0);
  expect(room(paces, 89_999)).toBe(0);
  expect(room(paces, 90_000)).toBe(4);
  paces.begin("t", 90_000);
  paces.end("t", true, 1e12, 90_000);
  expect(room(paces, 90_000 + 24 * 3_600_000)).toBeGreaterThan(0);
});

test("waits double up to a bound, and are spread over their second half", () => {
  expect([0, 1, 2, 3].map((failures) => backoffMs(failures, 1000, 6000, 1))).toEqual([
    1000, 2000, 4000, 6000,
  ]);
  expect(backoffMs(1000, 1000, 6000, 0)).toBe(3000);
});
