/** S009: an empty block is always or never true, which nobody means. */
import type { Span } from "../source-file.ts";
import { blocksIn, conditionRoots } from "../walk.ts";
import type { Rule } from "./rule.ts";

/** Reports empty `when`, `unless`, `then`, `all`, `any` and `none`. */
export const emptyBlocks: Rule = (program, report) => {
  const check = (kind: string, count: number, span: Span) => {
    if (count === 0 && !report.hasSyntaxErrors(span.file)) report.add("S009", span, `\`${kind}\` is empty`);
  };
  for (const policy of program.of("policy")) {
    for (const clause of policy.clauses) {
      const parts =
        clause.kind === "then" ? clause.effects : "conditions" in clause ? clause.conditions : undefined;
      if (parts) check(clause.kind, parts.length, clause.span);
    }
  }
  for (const root of conditionRoots(program.declarations)) {
    for (const block of blocksIn(root)) check(block.kind, block.conditions.length, block.span);
  }
};
