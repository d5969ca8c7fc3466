import { describe, expect, test } from "bun:test";
import { groupHarm, upperBound } from "./harm.ts";

describe("the bound of harm", () => {
  test("without a case it is 1 - 0.05^(1/n), the rule of three", () => {
    for (const people of [1000, 3000, 10_000]) {
      expect(upperBound(0, people)).toBeCloseTo(1 - 0.05 ** (1 / people), 9);
    }
  });

  test("with cases it is the published one: 5 of 100 gives 10.225 %, 1 of 20 gives 21.611 %", () => {
    expect(upperBound(5, 100)).toBeCloseTo(0.10225, 4);
    expect(upperBound(1, 20)).toBeCloseTo(0.21611, 4);
  });

  test("holds for large samples, where probabilities of single counts vanish", () => {
    expect(upperBound(50, 100_000)).toBeGreaterThan(0.0005);
    expect(upperBound(50, 100_000)).toBeLessThan(0.0007);
  });

  test("an empty group claims nothing", () => {
    expect(groupHarm("nobody", 0, 0).upper).toBe(1);
    expect(groupHarm("all", 7, 7).upper).toBe(1);
  });
});
