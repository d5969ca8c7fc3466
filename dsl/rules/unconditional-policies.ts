/** W006: a policy without conditions takes every request of its target. */
import { clauseOf } from "../ast.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Warns of stopping policies without `when`. */
export const unconditionalPolicies: Rule = (program, report) => {
  for (const policy of program.of("policy")) {
    const effects = clauseOf(policy, "then")?.effects ?? [];
    const stops = effects.some((effect) => effect.kind === "block" || effect.kind === "deceive");
    if (!stops || clauseOf(policy, "when")) continue;
    const message = `policy ${quoted(policy.name.text)} has no \`when\` and stops every request of its target`;
    report.add("W006", policy.name.span, message);
  }
};
