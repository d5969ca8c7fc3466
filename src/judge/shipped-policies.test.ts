import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { compilePolicies } from "../../dsl/index.ts";
import { scheme } from "../describe/field-table.ts";
import { PolicyFolder } from "./policy-folder.ts";
import { shippedFiles } from "./shipped-policies.ts";

test("every policy and list of the folder is shipped, as it stands there", () => {
  const onDisk = [...new Bun.Glob("**/*.{policy,txt}").scanSync("policies")].sort();
  expect(Object.keys(shippedFiles).sort()).toEqual(onDisk);
  for (const [name, text] of Object.entries(shippedFiles))
    expect(text).toBe(readFileSync(`policies/${name}`, "utf8"));
});

test("the shipped policies compile without an error or a warning", () => {
  const folder = new PolicyFolder("policies");
  expect(compilePolicies(folder.sources(), scheme, folder).diagnostics).toEqual([]);
});
