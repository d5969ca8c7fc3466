/** Cohorts, caps and guards of a checked program to IR. */
import type * as ast from "./ast.ts";
import { clauseOf } from "./ast.ts";
import { parseDuration } from "./duration.ts";
import { type ConditionLowering, invariant } from "./lower-condition.ts";
import type { EvidenceLowering } from "./lower-evidence.ts";
import { definitionHash } from "./policy-hash.ts";
import type { CapIr, CapSubjectIr, CohortIr, GuardIr, SafeguardsIr } from "./policy-safety-ir.ts";
import type { Program } from "./program.ts";
import { outcomeKinds } from "./resolve-target.ts";
import { defaultCap, defaultGuard, knownGoodName, trafficName } from "./safety-bounds.ts";

/** Lowers a cohort; its id keeps state across revisions that leave it as it is. */
export function lowerCohort(
  node: ast.CohortNode,
  conditions: ConditionLowering,
  evidence: EvidenceLowering,
): CohortIr {
  const later = node.later.map(({ target, within }) => ({
    ...evidence.happening(target),
    withinMs: msOf(within),
  }));
  const text = node.conditions.map((condition) => conditions.textOf(condition.span));
  const name = node.name.text;
  return { id: definitionHash({ name, text, later }), name, when: conditions.all(node.conditions), later };
}

/** What a policy that stops is held to; where it says nothing of a cap, the default one. */
export function lowerSafeguards(
  node: ast.PolicyNode,
  program: Program,
  conditions: ConditionLowering,
): SafeguardsIr {
  const cap = clauseOf(node, "cap");
  const guard = clauseOf(node, "guard");
  return {
    cap: cap ? lowerCap(cap.clauses, program) : capWithout(program),
    guard: guard && lowerGuard(guard.clauses, conditions),
  };
}

function lowerCap(clauses: readonly ast.SafeguardClauseNode[], program: Program): CapIr {
  const limits = clauses.flatMap((clause) =>
    clause.kind === "share"
      ? [{ subject: subjectOf(clause.subject.text, program), percent: percentOf(clause.percent) }]
      : [],
  );
  return { limits, windowMs: windowOf(clauses) ?? defaultCap.windowMs, isDefault: false };
}

function capWithout(program: Program): CapIr {
  const { knownGoodPercent, trafficPercent, windowMs } = defaultCap;
  const limits = [
    { subject: subjectOf(knownGoodName, program), percent: knownGoodPercent },
    { subject: subjectOf(trafficName, program), percent: trafficPercent },
  ];
  return { limits, windowMs, isDefault: true };
}

function subjectOf(name: string, program: Program): CapSubjectIr {
  const index = [...program.cohorts.keys()].indexOf(name);
  if (index >= 0) return { kind: "cohort", index };
  return name === trafficName ? { kind: "traffic" } : { kind: "known_good" };
}

function lowerGuard(clauses: readonly ast.SafeguardClauseNode[], conditions: ConditionLowering): GuardIr {
  const found = clauses.find((clause) => clause.kind === "holdout");
  const holdout = invariant(found?.kind === "holdout" ? found : undefined, "holdout");
  const [event = "", word = ""] = holdout.subject.text.split(".");
  const support = clauses.find((clause) => clause.kind === "support");
  return {
    event,
    kinds: invariant(outcomeKinds(word), word),
    stays: holdout.sign.startsWith("<") ? "lt" : "gt",
    percent: percentOf(holdout.percent),
    windowMs: windowOf(clauses) ?? defaultGuard.windowMs,
    atLeast: support?.kind === "support" ? support.least.value : defaultGuard.atLeast,
    text: conditions.textOf(holdout.span),
  };
}

function windowOf(clauses: readonly ast.SafeguardClauseNode[]): number | undefined {
  const over = clauses.find((clause) => clause.kind === "over");
  return over?.kind === "over" ? msOf(over.window) : undefined;
}

function percentOf(node: ast.ValueNode): number {
  return invariant(node.kind === "percent" ? node.value : undefined, node.text);
}

function msOf(node: ast.NameNode): number {
  return invariant(parseDuration(node.text), node.text);
}
