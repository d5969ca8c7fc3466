/** S006, S007: a fingerprint can match, and does not rest on itself. */
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports thresholds out of reach and circles of fingerprints. */
export const fingerprintScores: Rule = (program, report) => {
  for (const node of program.of("fingerprint")) {
    const sum = node.scores.reduce((total, score) => total + score.points, 0);
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
};
