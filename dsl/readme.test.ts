import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scheme } from "../src/describe/field-table.ts";
import { compilePolicies } from "./compile-policies.ts";
import { manualWith } from "./docs/write-manual.ts";
import { sampleLists, sampleScheme } from "./sample-scheme.ts";

const readme = readFileSync(join(import.meta.dir, "README.md"), "utf8");

test("the manual lists every field and every code as they are", () => {
  expect(manualWith(readme, scheme.fields)).toBe(readme);
});

test("the manual's example compiles with no error", () => {
  const example = /^```\n(.*?)^```$/ms.exec(readme)?.[1] ?? "";
  const { diagnostics } = compilePolicies([{ name: "README.md", text: example }], sampleScheme, sampleLists);
  // What the page shows without a use is only warned of.
  const others = diagnostics.filter(({ code }) => code !== "W020");
  expect(others.map((one) => one.message)).toEqual([
    "measure `card_checks` is not used",
    "response `card_empty` is not used",
  ]);
});
