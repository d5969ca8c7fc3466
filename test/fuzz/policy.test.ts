import { expect, test } from "bun:test";
import { Dice } from "./mutations.ts";
import { fuzzPolicy } from "./policy.ts";
import { mutatePolicy } from "./policy-mutations.ts";

test("three seconds of spoiled policy files: nothing throws, hangs or fills the memory", async () => {
  const lines: string[] = [];
  const summary = await fuzzPolicy({ seconds: 3, seed: 1, print: (line) => lines.push(line) });
  expect(lines).toEqual([]);
  expect(summary).toMatchObject({ findings: 0 });
  expect(summary.files).toBeGreaterThan(2);
}, 60_000);

function spoilt(seed: number): string[] {
  const dice = new Dice(seed);
  return Array.from({ length: 50 }, () =>
    mutatePolicy(["app a { }\npolicy p on a { then { block } }"], dice),
  );
}

test("the same seed spoils files in the same way", () => {
  expect(spoilt(7)).toEqual(spoilt(7));
  expect(spoilt(7)).not.toEqual(spoilt(8));
});
