/** Nothing of the language is silently ignored: all that the grammar knows compiles. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compilePolicies } from "./compile-policies.ts";
import { sampleLists, sampleScheme } from "./sample-scheme.ts";

const path = join(import.meta.dir, "fixtures", "whole", "whole-language.policy");
const lists = { read: (name: string) => sampleLists.read(name) ?? "" };

test("the whole language compiles", () => {
  const files = [{ name: "whole.policy", text: readFileSync(path, "utf8") }];
  const { ir, diagnostics } = compilePolicies(files, sampleScheme, lists);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(ir).toBeDefined();
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
