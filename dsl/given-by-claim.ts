/** Whether a client can bring about, by what it claims, that a policy labels its request or holds its key. */
import { type ComparisonNode, type ConditionNode, clauseOf } from "./ast.ts";
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
  const asked = `${label === undefined ? "policy" : "label"} ${label ?? held}`;
  const known = answersOf(program).get(asked);
  if (known !== undefined) return known;
  const policy = held === undefined ? undefined : program.policies.get(held);
  const answer = (label === undefined ? (policy ? [policy] : []) : program.givers(label)).some((policy) => {
    const conditions = clauseOf(policy, "when")?.conditions ?? [];
    // Labels that rest on labels are looked into no further: they count as claims.
    return (
      conditions.some((condition) => asksPolicy(condition, program, new Set())) || restsOnClaims(conditions)
    );
  });
  answersOf(program).set(asked, answer);
  return answer;
}

/** Each policy and label is looked into once a program, however many ask about it. */
const answers = new WeakMap<Program, Map<string, boolean>>();

function answersOf(program: Program): Map<string, boolean> {
  let found = answers.get(program);
  if (!found) answers.set(program, (found = new Map()));
  return found;
}

/** Whether a condition asks about a policy, by itself or through a fingerprint; `seen` ends circles of those. */
/** Over fingerprints too: each is looked into once, however they rest on each other. */
function asksPolicy(condition: ConditionNode, program: Program, seen = new Set<string>()): boolean {
  if (condition.kind !== "comparison") {
    return condition.conditions.some((part) => asksPolicy(part, program, seen));
  }
  const name = condition.subject.text;
  if (heldPolicy(condition) !== undefined || labelOf(name) !== undefined) return true;
  const fingerprint = program.fingerprints.get(name);
  if (!fingerprint || seen.has(name)) return false;
  seen.add(name);
  return fingerprint.scores.some((score) => asksPolicy(score.condition, program, seen));
}
