import { expect, test } from "bun:test";
import { readTally } from "./test-run.ts";

const summary =
  "(pass) a [1.00ms]\n\n 12 pass\n 1 skip\n 2 todo\n 3 fail\n 1 error\n 40 expect() calls\nRan 18 tests across 3 files. [1.20s]\n";

test("takes the counts from the summary, and a test that was skipped for failed", () => {
  expect(readTally(summary, 1)).toEqual({ passed: 12, failed: 6 });
});

test("does not take what a test printed for the summary", () => {
  expect(readTally(` 99 pass\n 0 fail\nhello\n${summary}`, 1)).toEqual({ passed: 12, failed: 6 });
});

test("counts a run that died, or ran nothing, as a failure", () => {
  expect(readTally("(pass) a [1.00ms]\n", 3)).toEqual({ passed: 0, failed: 1 });
  expect(readTally("", 0)).toEqual({ passed: 0, failed: 1 });
  expect(readTally(" 12 pass\n 0 fail\nRan 12 tests across 1 file. [9.00ms]\n", 137)).toEqual({
    passed: 12,
    failed: 1,
  });
});
