/** What is generated from the grammar is what is written down. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { grammarRules } from "./production.ts";
import { grammarFiles } from "./write-grammar.ts";

for (const [path, text] of grammarFiles()) {
  test(`${path.split("/").at(-1)} is up to date with the grammar`, () => {
    expect(readFileSync(path, "utf8")).toBe(text);
  });
}

test("every rule has its production above it", () => {
  const source = readFileSync(new URL("../grammar.ts", import.meta.url), "utf8");
  const productions = source.match(/^ {2}\/\*\* [A-Z]\w* : .* \*\/$/gm) ?? [];
  expect(productions.length).toBe(grammarRules().length);
});
