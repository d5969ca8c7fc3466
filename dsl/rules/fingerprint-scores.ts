/** S006, S007: a fingerprint can match, and does not rest on itself. */
import type { ComparisonNode, FingerprintNode } from "../ast.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports thresholds and comparisons out of reach, and circles of fingerprints. */
export const fingerprintScores: Rule = (program, report) => {
  for (const node of program.of("fingerprint")) {
    const sum = pointsOf(node);
    const { threshold } = node;
    if (threshold && threshold.value > sum) {
      const message = `${quoted(node.name.text)} can reach ${sum} points, never ${threshold.value}`;
      report.add("S006", threshold.span, message);
    }
    if (threshold?.value === 0) report.add("S006", threshold.span, "a threshold of 0 always matches");
    const { isOnCircle, overLabel } = program.references.of(node);
    if (isOnCircle && !overLabel) {
      report.add("S007", node.name.span, `fingerprint ${quoted(node.name.text)} rests on itself`);
    }
  }
  for (const comparison of program.comparisons) checkComparison(comparison, program, report);
};

function checkComparison({ subject, operator }: ComparisonNode, program: Program, report: Report): void {
  const known = program.subject(subject.text);
  if (known?.kind !== "fingerprint" || !operator || !("value" in operator)) return;
  const { kind, value } = operator;
  if (kind !== "ge" && kind !== "gt" && kind !== "eq") return;
  const sum = pointsOf(known.node);
  if (value.kind !== "number" || (kind === "gt" ? value.value < sum : value.value <= sum)) return;
  const wanted = kind === "gt" ? `more than ${value.text}` : value.text;
  report.add("S006", value.span, `${quoted(subject.text)} can reach ${sum} points, never ${wanted}`);
}

function pointsOf(node: FingerprintNode): number {
  return node.scores.reduce((total, score) => total + score.points, 0);
}
