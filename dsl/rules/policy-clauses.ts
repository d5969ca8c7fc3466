/** P015, P016, S005: a policy has each clause once, and says what it does. */
import { quoted, type Span } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const highestPriority = 1000;

/** Reports clauses given twice, a missing `then`, and priorities out of range. */
export const policyClauses: Rule = (program, report) => {
  for (const policy of program.of("policy")) {
    const seen = new Map<string, Span>();
    for (const clause of policy.clauses) {
      const first = seen.get(clause.kind);
      if (first) {
        const related = [{ span: first, message: "first given here" }];
        report.add("P015", clause.span, `policy ${quoted(policy.name.text)} has \`${clause.kind}\` twice`, {
          related,
        });
      } else seen.set(clause.kind, clause.span);
      if (clause.kind === "priority" && (clause.value < 1 || clause.value > highestPriority)) {
        const help = `1 to ${highestPriority}; without one it is 500`;
        report.add("S005", clause.span, `priority ${quoted(String(clause.value))} is out of range`, { help });
      }
    }
    if (!seen.has("then") && !report.hasSyntaxErrors(policy.span.file)) {
      const help = "add `then { block }`, or `then { label NAME }` to observe only";
      report.add("P016", policy.name.span, `policy ${quoted(policy.name.text)} has no \`then\``, { help });
    }
  }
};
