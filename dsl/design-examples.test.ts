/** The examples of the language's design, with what they leave out: they check, are formatted as they stand, and pass their tests. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { simulator } from "../src/judge/simulator.ts";
import { compilePolicies } from "./compile-policies.ts";
import { formatPolicy } from "./print/format-policy.ts";
import { runTests } from "./test-run/run-tests.ts";

const folder = join(import.meta.dir, "fixtures", "whole", "design");
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".policy"))
  .sort()
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
const lists = { read: (name: string) => readFileSync(join(folder, name), "utf8") };
const host = simulator();

test("they check without a word", () => {
  expect(compilePolicies(files, host.scheme, lists).diagnostics).toEqual([]);
});

test.each(files.map(({ name, text }) => [name, text] as const))(
  "%s is formatted as it stands",
  (name, text) => {
    expect(formatPolicy({ name, text })).toEqual({ text });
  },
);

test("their tests pass", () => {
  const { report } = runTests(files, lists, host);
  expect(report?.cases.map(({ policy, failures }) => [policy, failures])).toEqual([
    ["stuffing", []],
    ["stuffing", []],
    ["known_device", []],
    ["known_device", []],
    ["card_drain", []],
    ["card_drain", []],
    ["card_drain", []],
  ]);
});
