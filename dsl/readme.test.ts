/** Every example of the manual and of the project's page compiles without a word, and the tests in them pass. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scheme } from "../src/describe/field-table.ts";
import { simulator } from "../src/judge/simulator.ts";
import { compilePolicies } from "./compile-policies.ts";
import { manualWith } from "./docs/write-manual.ts";
import { formatPolicy } from "./print/format-policy.ts";
import { sampleLists } from "./sample-scheme.ts";
import { runTests } from "./test-run/run-tests.ts";

const manual = readFileSync(join(import.meta.dir, "README.md"), "utf8");
const project = readFileSync(join(import.meta.dir, "..", "README.md"), "utf8");
/** Where the first ten minutes end: what they show is one set, everything behind them another. */
const guideEnd = manual.indexOf("## Most of it on one page");

/** The files that a reader gets who copies every example of a text. */
function examplesOf(text: string): { name: string; text: string }[] {
  return Array.from(text.matchAll(/^ *```policy\n(.*?)^ *```$/gms), ([, block], index) => ({
    name: `example-${index + 1}.policy`,
    text: block ?? "",
  }));
}

test("the manual lists every field and every code as they are", () => {
  expect(manualWith(manual, scheme.fields)).toBe(manual);
});

test("no example stands in a block that is not checked", () => {
  const fences = Array.from(`${manual}\n${project}`.matchAll(/^ *```(\S*)\n(.*?)^ *```$/gms));
  const unmarked = fences.filter(
    ([, language, block]) => language !== "policy" && /^ *(app|policy|test) \w+/m.test(block ?? ""),
  );
  expect(unmarked.map(([block]) => block)).toEqual([]);
});

test.each([
  ["the first ten minutes", manual.slice(0, guideEnd), 2],
  ["the page, its tests and the reference", manual.slice(guideEnd), 9],
])("%s check without a word, and their tests pass", (_name, text, cases) => {
  const { report, diagnostics } = runTests(examplesOf(text), sampleLists, simulator());
  expect(diagnostics).toEqual([]);
  expect(report?.cases.map(({ failures }) => failures)).toEqual(Array.from({ length: cases }, () => []));
});

test.each(examplesOf(manual).map(({ name, text }) => [name, text] as const))(
  "the manual's %s is formatted as it stands",
  (name, text) => {
    expect(formatPolicy({ name, text })).toEqual({ text });
  },
);

test("the app that the project's page declares goes with the shipped policies, as does what it adds", () => {
  const folder = join(import.meta.dir, "..", "policies");
  const shipped = readdirSync(folder).filter((name) => name.endsWith(".policy") && name !== "shop.policy");
  const files = shipped.map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
  const lists = { read: (name: string) => readFileSync(join(folder, name), "utf8") };
  const { diagnostics } = compilePolicies([...files, ...examplesOf(project)], scheme, lists);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});
