/** Visits conditions, however deep. */
import type { BlockNode, ComparisonNode, ConditionNode, Declaration } from "./ast.ts";

/** Every root list of conditions: of routes, of `when`, of `unless`, of cohorts, and each score of a fingerprint. */
export function conditionRoots(declarations: readonly Declaration[]): (readonly ConditionNode[])[] {
  const roots: (readonly ConditionNode[])[] = [];
  for (const node of declarations) {
    if (node.kind === "policy") {
      for (const clause of node.clauses) {
        if (clause.kind === "when" || clause.kind === "unless") roots.push(clause.conditions);
      }
    } else if (node.kind === "app") {
      for (const route of node.routes) if (route.when.length > 0) roots.push(route.when);
    } else if (node.kind === "cohort") roots.push(node.conditions);
    else if (node.kind === "fingerprint") roots.push(node.scores.map((score) => score.condition));
  }
  return roots;
}

/** The comparisons of conditions, in the order of the text. */
export function comparisonsIn(
  conditions: readonly ConditionNode[],
  found: ComparisonNode[] = [],
): ComparisonNode[] {
  for (const condition of conditions) {
    if (condition.kind === "comparison") found.push(condition);
    else comparisonsIn(condition.conditions, found);
  }
  return found;
}

/** The blocks of conditions, outer ones first. */
export function blocksIn(conditions: readonly ConditionNode[], found: BlockNode[] = []): BlockNode[] {
  for (const condition of conditions) {
    if (condition.kind === "comparison") continue;
    found.push(condition);
    blocksIn(condition.conditions, found);
  }
  return found;
}
