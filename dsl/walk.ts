/** Visits the conditions of a program. */
import type { BlockNode, ComparisonNode, ConditionNode } from "./ast.ts";
import type { Program } from "./program.ts";

/** Every root list of conditions: of `when`, of `unless`, and each score of a fingerprint. */
export function* conditionRoots(program: Program): Iterable<readonly ConditionNode[]> {
  for (const policy of program.of("policy")) {
    for (const clause of policy.clauses) {
      if (clause.kind === "when" || clause.kind === "unless") yield clause.conditions;
    }
  }
  for (const fingerprint of program.of("fingerprint")) {
    for (const score of fingerprint.scores) yield [score.condition];
  }
}

/** The comparisons of conditions, however deep. */
export function* comparisonsIn(conditions: readonly ConditionNode[]): Iterable<ComparisonNode> {
  for (const condition of conditions) {
    if (condition.kind === "comparison") yield condition;
    else yield* comparisonsIn(condition.conditions);
  }
}

/** The blocks of conditions, however deep. */
export function* blocksIn(conditions: readonly ConditionNode[]): Iterable<BlockNode> {
  for (const condition of conditions) {
    if (condition.kind === "comparison") continue;
    yield condition;
    yield* blocksIn(condition.conditions);
  }
}

/** All comparisons of a program. */
export function* comparisonsOf(program: Program): Iterable<ComparisonNode> {
  for (const root of conditionRoots(program)) yield* comparisonsIn(root);
}
