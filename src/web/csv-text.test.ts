import { expect, test } from "bun:test";
import { csvText } from "./csv-text.ts";

test("what a spreadsheet would calculate with stays text", () => {
  const hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|cmd", "%x"];
  for (const text of hostile) expect(csvText([[text]])).toBe(`"'${text}"\r\n`);
});

test("quotes, commas and line ends stay inside of their cell, numbers as they are", () => {
  expect(csvText([['a "b", c', "d\ne", -5, "plain"]])).toBe('"a ""b"", c","d\ne",-5,plain\r\n');
});
