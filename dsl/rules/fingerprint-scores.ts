/** S006, S007: a fingerprint can match, and does not rest on itself. */
import type { FingerprintNode } from "../ast.ts";
import type { Program } from "../program.ts";
import { quoted } from "../source-file.ts";
import { comparisonsIn } from "../walk.ts";
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
    if (restsOn(node, node, program, new Set())) {
      report.add("S007", node.name.span, `fingerprint ${quoted(node.name.text)} rests on itself`);
    }
  }
};

function restsOn(
  from: FingerprintNode,
  wanted: FingerprintNode,
  program: Program,
  seen: Set<FingerprintNode>,
): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  for (const { subject } of comparisonsIn(from.scores.map((score) => score.condition))) {
    const known = program.subject(subject.text);
    if (known?.kind !== "fingerprint") continue;
    if (known.node === wanted || restsOn(known.node, wanted, program, seen)) return true;
  }
  return false;
}
