import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scheme } from "../src/describe/field-table.ts";
import { simulator } from "../src/judge/simulator.ts";
import { compilePolicies } from "./compile-policies.ts";
import { manualWith } from "./docs/write-manual.ts";
import { sampleLists, sampleScheme } from "./sample-scheme.ts";
import { runTests } from "./test-run/run-tests.ts";

const readme = readFileSync(join(import.meta.dir, "README.md"), "utf8");

test("the manual lists every field and every code as they are", () => {
  expect(manualWith(readme, scheme.fields)).toBe(readme);
});

test("the manual's example compiles with no error", () => {
  const example =
    /^```\n(.*?)^```$/ms.exec(readme.slice(readme.indexOf("## Most of it on one page")))?.[1] ?? "";
  const { diagnostics } = compilePolicies([{ name: "README.md", text: example }], sampleScheme, sampleLists);
  // What the page shows without a use is only warned of.
  const others = diagnostics.filter(({ code }) => code !== "W020");
  expect(others.map((one) => one.message)).toEqual([
    "measure `card_checks` is not used",
    "response `card_empty` is not used",
  ]);
});

test("what the first ten minutes show checks without a word, and its tests pass", () => {
  const guide = readme.slice(0, readme.indexOf("## Most of it on one page"));
  const text = Array.from(guide.matchAll(/^```policy\n(.*?)^```$/gms), ([, block]) => block).join("\n");
  const files = [{ name: "README.md", text }];
  const { report, diagnostics } = runTests(files, sampleLists, simulator());
  expect(diagnostics).toEqual([]);
  expect(report?.cases.map(({ failures }) => failures)).toEqual([[], []]);
});
