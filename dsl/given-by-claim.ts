/** Whether a client can bring about, by what it claims, that a policy labels its request or holds its key. */
import { type ComparisonNode, type ConditionNode, clauseOf, type PolicyNode } from "./ast.ts";
import { heldPolicy, labelOf } from "./policy-question.ts";
import type { Program } from "./program.ts";

/** Undefined when the question is about no policy; `restsOnClaims` judges what it takes for the policy to match. */
export function givenByClaim(
  comparison: ComparisonNode,
  program: Program,
  restsOnClaims: (conditions: readonly ConditionNode[]) => boolean,
): boolean | undefined {
  const held = heldPolicy(comparison);
  const label = labelOf(comparison.subject.text);
  if (held === undefined && label === undefined) return undefined;
  return [...program.policies.values()]
    .filter((policy) => (label === undefined ? policy.name.text === held : gives(policy, label)))
    .some((policy) => {
      const conditions = clauseOf(policy, "when")?.conditions ?? [];
      // Labels that rest on labels are looked into no further: they count as claims.
      return conditions.some((condition) => asksPolicy(condition)) || restsOnClaims(conditions);
    });
}

function gives(policy: PolicyNode, label: string): boolean {
  const effects = clauseOf(policy, "then")?.effects ?? [];
  return effects.some((effect) => effect.kind === "label" && effect.label.text === label);
}

function asksPolicy(condition: ConditionNode): boolean {
  if (condition.kind !== "comparison") return condition.conditions.some(asksPolicy);
  return heldPolicy(condition) !== undefined || labelOf(condition.subject.text) !== undefined;
}
