/** W020: what stops people in production is proven by a test. */
import { clauseOf } from "../ast.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Warns of enforced policies that stop or exempt and have no test. */
export const untestedPolicies: Rule = (program, report) => {
  const tested = new Set(program.of("test").map((test) => test.name.text));
  for (const policy of program.of("policy")) {
    const mode = clauseOf(policy, "mode")?.mode ?? "enforce";
    if (mode !== "enforce" || tested.has(policy.name.text)) continue;
    const message = `policy ${quoted(policy.name.text)} is enforced and has no test`;
    const help = `write \`test ${policy.name.text} { … }\`: whom it stops, and whom it lets through`;
    report.add("W020", policy.name.span, message, { help });
  }
};
