import { expect, test } from "bun:test";
import { scheme } from "../src/describe/field-table.ts";
import { codeExamples } from "./code-examples.ts";
import { codeHelp } from "./code-help.ts";
import { codes } from "./codes.ts";
import { compilePolicies } from "./compile-policies.ts";

const lists = { read: () => undefined };
const codesIn = (text: string): string[] =>
  compilePolicies([{ name: "example.policy", text }], scheme, lists).diagnostics.map(({ code }) => code);

for (const [code, { example, mend }] of Object.entries(codeExamples)) {
  test(`the example of ${code} has it and its mend compiles`, () => {
    expect(codesIn(example)).toContain(code);
    const left = codesIn(mend);
    expect(left).not.toContain(code);
    expect(left.filter((one) => !one.startsWith("W"))).toEqual([]);
  });
}

test("every code can be explained, and only codes", () => {
  for (const [code, title] of Object.entries(codes)) expect(codeHelp(code)?.title).toBe(title);
  expect(codeHelp("E012")).toBeUndefined();
  expect(codeHelp("constructor")).toBeUndefined();
});
