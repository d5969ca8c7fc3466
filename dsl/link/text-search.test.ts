import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Evaluation } from "./evaluation.ts";
import { TextSearch } from "./text-search.ts";

function findAll(texts: readonly string[], values: readonly string[]): boolean[][] {
  const evaluation = new Evaluation();
  const search = new TextSearch(texts, evaluation);
  return values.map((value) => {
    evaluation.begin(0);
    return texts.map((_, index) => search.finds(index, value));
  });
}

test("one pass finds what looking for each text finds, request after request", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c", "é", "😀"), maxLength: 12 });
  const texts = fc.array(
    letters.filter((text) => text !== ""),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(texts, fc.array(letters, { minLength: 1, maxLength: 4 }), (wanted, values) => {
      expect(findAll(wanted, values)).toEqual(
        values.map((value) => wanted.map((text) => value.includes(text))),
      );
    }),
    { numRuns: 500 },
  );
});

test("texts inside and at the end of each other are all found", () => {
  expect(findAll(["she", "he", "hers", "s"], ["ushers", "h", ""])).toEqual([
    [true, true, true, true],
    [false, false, false, false],
    [false, false, false, false],
  ]);
});

test("a very long field is searched too", () => {
  expect(findAll(["needle", "pin"], [`${"x".repeat(100_000)}needle`])).toEqual([[true, false]]);
});

test("no more texts are taken in than the table may hold", () => {
  const texts = Array.from({ length: 20_000 }, (_, index) => `${index.toString(36)}-${"wxyz".repeat(10)}`);
  const count = TextSearch.fitting(texts);
  expect(count).toBeGreaterThan(500);
  expect(count).toBeLessThan(5000);
});
