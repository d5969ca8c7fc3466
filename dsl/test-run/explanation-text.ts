/** Explanations as lines for people. */
import type { ClauseExplanation, PolicyExplanation } from "../decision.ts";

/** A policy and its clauses, a line each: `yes`, `no` or `?` (something is missing), the clause, what it saw. */
export function explanationLines(explanation: PolicyExplanation): string[] {
  const { policy, mode, effects, matched, when, unless } = explanation;
  const lines = [`policy ${policy} (${mode}, ${effects}): ${matched ? "matched" : "did not match"}`];
  if (when.length > 0) lines.push("  when", ...when.flatMap((clause) => clauseLines(clause, "    ")));
  if (unless) lines.push("  unless", ...unless.flatMap((clause) => clauseLines(clause, "    ")));
  return lines;
}

function clauseLines(clause: ClauseExplanation, indent: string): string[] {
  const truth = clause.truth === undefined ? "?  " : clause.truth ? "yes" : "no ";
  const { value } = clause;
  // What receipts do not show stands in parentheses already.
  const seen = value === undefined ? "" : `    ${value.startsWith("(") ? value : `(${value})`}`;
  return [
    `${indent}${truth} ${clause.text}${seen}`,
    ...clause.parts.flatMap((part) => clauseLines(part, `${indent}  `)),
  ];
}
