/** W031: a rollout in steps must split what the policy tells apart. */
import { type ConditionNode, clauseOf, type PolicyNode } from "../ast.ts";
import type { Program } from "../program.ts";
import { quoted } from "../source-file.ts";
import { comparisonsIn } from "../walk.ts";
import type { Rule } from "./rule.ts";

// Each is part of the next.
const widths = ["ip", "ip.net", "ip.asn", "ip.country"];

/** Warns of rollouts keyed by whole networks or countries where the policy looks at single addresses. */
export const coarseRollouts: Rule = (program, report) => {
  for (const policy of program.policies.values()) {
    const rollout = clauseOf(policy, "rollout");
    const [key, more] = rollout?.by ?? [];
    if (!rollout || !key || more) continue;
    const width = widths.indexOf(key.text);
    const matched = widths.find((field, at) => at < width && matchKeys(policy, program).has(field));
    if (matched === undefined) continue;
    const message = `a rollout by ${quoted(key.text)} is coarser than ${quoted(matched)}, which the policy looks at: one draw decides for everybody there`;
    report.add("W031", key.span, message, { help: `write \`by ${matched}\`` });
  }
};

/** The fields by which the policy's measures count and its hold remembers. */
function matchKeys(policy: PolicyNode, program: Program): Set<string> {
  const keys = new Set<string>();
  const conditions: readonly ConditionNode[] = clauseOf(policy, "when")?.conditions ?? [];
  for (const { subject } of comparisonsIn(conditions)) {
    for (const field of program.measures.get(subject.text)?.by ?? []) keys.add(field.text);
  }
  for (const effect of clauseOf(policy, "then")?.effects ?? []) {
    if (effect.kind === "hold") for (const field of effect.key) keys.add(field.text);
  }
  return keys;
}
