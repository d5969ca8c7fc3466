import { expect, test } from "bun:test";
import type { PredicateIr } from "../policy-ir.ts";
import { Selectivity } from "./selectivity.ts";

const predicate = (text: string): PredicateIr => ({
  subject: { kind: "field", field: "path", parameter: "" },
  test: { op: "present" },
  text,
});

test("what was counted outweighs the guess as it grows, fades, and follows its question into the next set", () => {
  const rates = new Selectivity([predicate("a"), predicate("b")]);
  expect(rates.rate(0, 0.5)).toBe(0.5);
  for (let count = 0; count < 1000; count++) rates.count(0, count % 10 === 0);
  expect(rates.rate(0, 0.5)).toBeCloseTo(0.1, 1);
  for (let count = 0; count < 50_000; count++) rates.count(0, true);
  expect(rates.rate(0, 0.5)).toBeGreaterThan(0.9);
  const next = new Selectivity([predicate("c"), predicate("a")], rates);
  expect(next.rate(1, 0.5)).toBe(rates.rate(0, 0.5));
  expect(next.rate(0, 0.5)).toBe(0.5);
});
