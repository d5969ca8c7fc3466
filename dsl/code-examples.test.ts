import { expect, test } from "bun:test";
import { scheme } from "../src/describe/field-table.ts";
import type { CodeExample } from "./code-example.ts";
import { codeExamples } from "./code-examples.ts";
import { codeHelp } from "./code-help.ts";
import { type Code, codes } from "./codes.ts";
import { compilePolicies } from "./compile-policies.ts";

/** Codes of a text, but for the wish for tests, which examples of other codes need not have. */
function codesIn(text: string, code: Code, { files = {} }: CodeExample): string[] {
  const lists = { read: (name: string) => (Object.hasOwn(files, name) ? files[name] : undefined) };
  const { diagnostics } = compilePolicies([{ name: "example.policy", text }], scheme, lists);
  return [...new Set(diagnostics.map((one) => one.code))].filter((one) => one === code || one !== "W020");
}

for (const code of Object.keys(codes) as Code[]) {
  test(`${code} is explained: its example has nothing else, and its mend nothing at all`, () => {
    const help = codeExamples[code];
    expect(help?.doc).toMatch(/^[A-Z`].*[.]$/);
    if (!help) return;
    const found = codesIn(help.whole?.() ?? help.example, code, help);
    expect(found.sort()).toEqual([code, ...(help.besides ?? [])].sort());
    expect(codesIn(help.mend, code, help)).toEqual([]);
  });
}

test("every code can be explained, and only codes", () => {
  for (const [code, title] of Object.entries(codes)) expect(codeHelp(code)?.title).toBe(title);
  expect(codeHelp("E012")).toBeUndefined();
  expect(codeHelp("constructor")).toBeUndefined();
});
