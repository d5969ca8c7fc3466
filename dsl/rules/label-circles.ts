/** S022: policies are asked after those whose labels they read, which must come to an end. */
import { type ConditionNode, clauseOf, type PolicyNode } from "../ast.ts";
import { labelOf } from "../policy-question.ts";
import type { Program } from "../program.ts";
import { quoted } from "../source-file.ts";
import { comparisonsIn } from "../walk.ts";
import type { Rule } from "./rule.ts";

/** Reports policies that read a label which, over others or at once, rests on their own. */
export const labelCircles: Rule = (program, report) => {
  const reads = new Map<PolicyNode, ReadonlySet<string>>();
  const givers = new Map<string, PolicyNode[]>();
  for (const policy of program.policies.values()) {
    const labels = labelsRead(policy, program);
    if (labels.size > 0) reads.set(policy, labels);
    for (const effect of clauseOf(policy, "then")?.effects ?? []) {
      if (effect.kind !== "label") continue;
      givers.set(effect.label.text, [...(givers.get(effect.label.text) ?? []), policy]);
    }
  }
  for (const policy of reads.keys()) {
    if (!rests(policy, policy, reads, givers, new Set())) continue;
    const message = `policy ${quoted(policy.name.text)} reads a label that rests on its own`;
    report.add("S022", policy.name.span, message, { help: "give one of them a label of another name" });
  }
};

function rests(
  policy: PolicyNode,
  on: PolicyNode,
  reads: ReadonlyMap<PolicyNode, ReadonlySet<string>>,
  givers: ReadonlyMap<string, readonly PolicyNode[]>,
  seen: Set<PolicyNode>,
): boolean {
  if (seen.has(policy)) return false;
  seen.add(policy);
  return Array.from(reads.get(policy) ?? [])
    .flatMap((label) => givers.get(label) ?? [])
    .some((giver) => giver === on || rests(giver, on, reads, givers, seen));
}

function labelsRead(policy: PolicyNode, program: Program): Set<string> {
  const labels = new Set<string>();
  const fingerprints = new Set<string>();
  const visit = (conditions: readonly ConditionNode[]) => {
    for (const { subject } of comparisonsIn(conditions)) {
      const label = labelOf(subject.text);
      if (label !== undefined) labels.add(label);
      const fingerprint = program.fingerprints.get(subject.text);
      if (!fingerprint || fingerprints.has(subject.text)) continue;
      fingerprints.add(subject.text);
      visit(fingerprint.scores.map((score) => score.condition));
    }
  };
  visit(clauseOf(policy, "when")?.conditions ?? []);
  visit(clauseOf(policy, "unless")?.conditions ?? []);
  return labels;
}
