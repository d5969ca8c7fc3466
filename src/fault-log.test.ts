import { expect, test } from "bun:test";
import { FaultLog } from "./fault-log.ts";

test("a flood of faults is told five times a window, with the count of what was left out", () => {
  const told: [unknown, number][] = [];
  const log = new FaultLog((error, suppressed) => told.push([error, suppressed]));
  for (let index = 0; index < 100; index++) log.add(index, 1_000);
  log.add("later", 20_000);
  expect(told).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 0],
    [4, 0],
    ["later", 95],
  ]);
});
