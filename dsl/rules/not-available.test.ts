/** Nothing of the language is silently ignored: what is parsed and not done yet says so. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codes } from "../codes.ts";
import { compilePolicies } from "../compile-policies.ts";
import { sampleLists, sampleScheme } from "../sample-scheme.ts";

const path = join(import.meta.dir, "..", "fixtures", "whole", "whole-language.policy");
const lists = { read: (name: string) => sampleLists.read(name) ?? "" };

test("every construct that is not available yet is reported where the whole language is used", () => {
  const files = [{ name: "whole.policy", text: readFileSync(path, "utf8") }];
  const { ir, diagnostics } = compilePolicies(files, sampleScheme, lists);
  const found = new Set<string>(diagnostics.map((diagnostic) => diagnostic.code));
  const unavailable = Object.keys(codes).filter((code) => code.startsWith("U"));
  expect(unavailable.filter((code) => !found.has(code))).toEqual([]);
  // The grammar and the names are all known.
  expect([...found].filter((code) => /^[PN]\d/.test(code) && code !== "P012")).toEqual([]);
  expect(ir === undefined).toBe(unavailable.length > 0);
});

test("words that open declarations are names too, and hide no mistake", () => {
  const text = `
    app test { route channel POST /x tagged webhook, sequence outcome cohort at channel success status 200 }
    list smtp: text = [remember, test]
    policy test on test.channel { when { method in smtp  path = webhook  nonsense = 1 } then { label test } }`;
  const { diagnostics } = compilePolicies([{ name: "x.policy", text }], sampleScheme, lists);
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual(["N001"]);
});

test("a name that is a question of conditions is refused where conditions use it", () => {
  const text = "measure held = count at everything by ip over 1m\nfingerprint new { +1 held > 1 match at 1 }";
  const { diagnostics } = compilePolicies([{ name: "x.policy", text }], sampleScheme, lists);
  expect(diagnostics.filter(({ code }) => code === "N010").map(({ column }) => column)).toEqual([9, 13]);
});
