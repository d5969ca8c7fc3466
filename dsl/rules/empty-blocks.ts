/** S009: an empty block is always or never true, which nobody means. */
import type { PolicyClauseNode } from "../ast.ts";
import type { Span } from "../source-file.ts";
import { blocksIn, conditionRoots } from "../walk.ts";
import type { Rule } from "./rule.ts";

function partsOf(clause: PolicyClauseNode): readonly unknown[] | undefined {
  if ("conditions" in clause) return clause.conditions;
  if ("clauses" in clause) return clause.clauses;
  return clause.kind === "then" ? clause.effects : undefined;
}

/** Reports empty `when`, `unless`, `then`, `cap`, `guard`, `all`, `any` and `none`. */
export const emptyBlocks: Rule = (program, report) => {
  const check = (kind: string, count: number, span: Span) => {
    if (count === 0 && !report.hasSyntaxErrors(span.file)) report.add("S009", span, `\`${kind}\` is empty`);
  };
  for (const policy of program.of("policy")) {
    for (const clause of policy.clauses) {
      const parts = partsOf(clause);
      if (parts) check(clause.kind, parts.length, clause.span);
    }
  }
  for (const root of conditionRoots(program.declarations)) {
    for (const block of blocksIn(root)) check(block.kind, block.conditions.length, block.span);
  }
};
