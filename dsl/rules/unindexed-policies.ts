/** W034: a policy on everything is asked about every request, so it should be quick to rule out. */
import { type ConditionNode, clauseOf } from "../ast.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Warns of policies on everything without a single condition by which they could be found. */
export const unindexedPolicies: Rule = (program, report) => {
  for (const policy of program.policies.values()) {
    const target = policy.targets.find(({ isTagged, name }) => !isTagged && name.text === "everything");
    const conditions = clauseOf(policy, "when")?.conditions ?? [];
    if (!target || conditions.length === 0 || conditions.some(isFindable)) continue;
    const message = `${quoted(policy.name.text)} is asked in full about every request of every app`;
    const help =
      "add a condition that must hold, outside of `any` and `none`, or name the apps, routes or tags that it is for";
    report.add("W034", target.name.span, message, { help });
  }
};

function isFindable(condition: ConditionNode): boolean {
  if (condition.kind === "comparison") return true;
  return condition.kind === "all" && condition.conditions.some(isFindable);
}
