import { expect, test } from "bun:test";
import { array, assert, boolean, constantFrom, oneof, property, string } from "fast-check";
import { compilePattern, patternSet } from "../pattern.ts";

const patterns = [
  "okhttp/[0-3]\\.\\d+",
  "^python-requests/2\\.",
  "chrome/1[01]\\d\\.",
  "(curl|wget)/\\d",
  "a*b$",
  "[^ -~]",
  "",
].flatMap((pattern) => [false, true].map((ignoreCase) => ({ pattern, ignoreCase })));

test("patterns find together what each of them finds alone", () => {
  const set = patternSet(patterns);
  expect(set.size).toBe(patterns.length);
  const alone = patterns.map(({ pattern, ignoreCase }) => compilePattern(pattern, ignoreCase));
  const piece = constantFrom("okhttp/3.1", "OkHttp/2.0", "Chrome/110.", "WGET/1", "aab", "é", "\n", " ");
  const text = oneof(
    string(),
    array(piece).map((pieces) => pieces.join("")),
  );
  assert(
    property(text, boolean(), (some, isLong) => {
      const value = isLong ? `${" ".repeat(1020)}${some}` : some;
      const found = alone.flatMap((one, index) => (one.isValid && one.test(value) ? [index] : []));
      expect([...set.matching(value)].sort((left, right) => left - right)).toEqual(found);
    }),
    { numRuns: 300 },
  );
});

test("a set stays small, whatever it is given", () => {
  const large = Array.from({ length: 100 }, (_, index) => ({
    pattern: `x{1,90}${index}`,
    ignoreCase: false,
  }));
  const { size } = patternSet(large);
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThan(12);
});
