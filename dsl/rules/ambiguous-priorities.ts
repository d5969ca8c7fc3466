/** W004: between equal priorities names decide, which should not matter. */
import { type ConditionNode, clauseOf, type PolicyNode } from "../ast.ts";
import { coveredRoutes } from "../covered-routes.ts";
import type { Program } from "../program.ts";
import { resolveTarget } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Most policies compared with each other on one route and priority. */
const mostCompared = 50;

/** Warns of enforced policies of equal priority that stop the same route's requests differently. */
export const ambiguousPriorities: Rule = (program, report) => {
  const groups = new Map<string, PolicyNode[]>();
  for (const policy of program.policies.values()) {
    const mode = clauseOf(policy, "mode")?.mode ?? "enforce";
    if (stopOf(policy) === undefined || mode !== "enforce") continue;
    const priority = clauseOf(policy, "priority")?.value ?? 500;
    for (const route of new Set(routesOf(policy, program))) {
      const key = `${priority} ${route}`;
      const group = groups.get(key);
      if (!group) groups.set(key, [policy]);
      else if (group.length < mostCompared) group.push(policy);
    }
  }
  const reported = new Set<PolicyNode>();
  for (const group of groups.values()) {
    for (const [index, later] of group.entries()) {
      const other = group.slice(0, index).find((earlier) => isAmbiguous(earlier, later));
      if (!other || reported.has(later)) continue;
      reported.add(later);
      const message = `${quoted(later.name.text)} and ${quoted(other.name.text)} stop the same requests differently, at the same priority`;
      const related = [{ span: other.name.span, message: "the other policy" }];
      report.add("W004", later.name.span, message, { related, help: "give one of them another `priority`" });
    }
  }
};

function routesOf(policy: PolicyNode, program: Program): string[] {
  return policy.targets.flatMap((target) => {
    const resolved = resolveTarget(program, target, false);
    return "code" in resolved ? [] : coveredRoutes(program, resolved.target);
  });
}

function stopOf(policy: PolicyNode): string | undefined {
  for (const effect of clauseOf(policy, "then")?.effects ?? []) {
    if (effect.kind === "block") return `block ${effect.status ?? 403}`;
    if (effect.kind === "deceive") return `deceive ${effect.response.text}`;
  }
  return undefined;
}

function isAmbiguous(left: PolicyNode, right: PolicyNode): boolean {
  return stopOf(left) !== stopOf(right) && !areDisjoint(left, right);
}

/** True when both need the same field to have different values. */
function areDisjoint(left: PolicyNode, right: PolicyNode): boolean {
  const needed = new Map<string, string>();
  for (const condition of clauseOf(left, "when")?.conditions ?? []) {
    const equal = equalityOf(condition);
    if (equal) needed.set(equal.field, equal.value);
  }
  return (clauseOf(right, "when")?.conditions ?? []).some((condition) => {
    const equal = equalityOf(condition);
    const other = equal && needed.get(equal.field);
    return other !== undefined && other !== equal?.value;
  });
}

function equalityOf(condition: ConditionNode): { field: string; value: string } | undefined {
  if (condition.kind !== "comparison" || condition.operator?.kind !== "eq") return undefined;
  return { field: condition.subject.text, value: condition.operator.value.text.toLowerCase() };
}
