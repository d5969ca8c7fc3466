import { expect, test } from "bun:test";
import { assert, integer, property, uniqueArray } from "fast-check";
import { parseCsv4, parseCsv6, unquoteCsv } from "./csv-ranges.ts";
import { mergeRanges, type Ranges } from "./merge-ranges.ts";

const ranges = uniqueArray(integer({ min: 0, max: 60 }), { maxLength: 16 }).map((cuts): Ranges<number> => {
  const sorted = cuts.toSorted((a, b) => a - b);
  const pairs = Array.from({ length: Math.floor(sorted.length / 2) }, (_, index) => index * 2);
  return {
    starts: pairs.map((index) => sorted[index] ?? 0),
    ends: pairs.map((index) => sorted[index + 1] ?? 0),
    values: pairs.map((index) => index + 1),
  };
});

function valueAt(list: Ranges<number>, key: number): number {
  const index = list.starts.findIndex((start, at) => start <= key && key < (list.ends[at] ?? 0));
  return list.values[index] ?? 0;
}

test("every key has in the merged list the values that it has in both lists", () => {
  assert(
    property(ranges, ranges, (first, second) => {
      const merged = mergeRanges(first, second, { zero: 0, limit: 64 }, (a, b) => a * 1000 + b);
      expect(merged.starts[0]).toBe(0);
      for (let key = 0; key < 64; key++) {
        const at = merged.starts.findLastIndex((start) => start <= key);
        expect(merged.rows[at]).toBe(valueAt(first, key) * 1000 + valueAt(second, key));
      }
    }),
  );
});

test("a range nested in its neighbour does not take what the neighbour covers", () => {
  expect(parseCsv4("0,9,1,A\n4,5,2,B\n8,12,3,C\n", Number)).toEqual({
    starts: [0, 10],
    ends: [10, 13],
    values: [1, 3],
  });
});

test("IPv6 ranges are cut to /64 and the first of several in one /64 keeps it", () => {
  const net = 2n ** 64n;
  const csv = `${net},${net + 5n},1,A\n${net + 6n},${3n * net - 1n},2,B`;
  expect(parseCsv6(csv, Number)).toEqual({ starts: [1n, 2n], ends: [2n, 3n], values: [1, 2] });
});

test("a malformed line is named", () => {
  expect(() => parseCsv4("0,9,1,A\nbroken\n", Number)).toThrow("malformed line 2");
});

test("names keep commas and quotes, and lose only the quoting", () => {
  const names: string[] = [];
  parseCsv4('0,1,1,"A, ""B"" Ltd"\n2,3,2,"C"\r\n4,5,3,D', (value, rest) => {
    names.push(unquoteCsv(rest));
    return Number(value);
  });
  expect(names).toEqual(['A, "B" Ltd', "C", "D"]);
});
