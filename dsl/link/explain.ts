/** A decision laid open: every clause of every policy, whether it held or not, with the value that it saw. */
import type { ClauseExplanation, PolicyExplanation } from "../decision.ts";
import type { ConditionIr, PolicyIr } from "../policy-ir.ts";
import { type Truth, unknown, yes } from "./evaluation.ts";
import type { LinkedPolicy } from "./linked-policy.ts";
import type { QuestionLinker } from "./question-linker.ts";
import { valueSeen } from "./reasons.ts";

/** Asks every clause of a policy, those too that a decision need not ask; call within one evaluation. */
export function explainPolicy<F>(
  { ir: rule, hold }: LinkedPolicy<F>,
  facts: F,
  linker: QuestionLinker<F>,
  ir: PolicyIr,
): PolicyExplanation {
  const explain = (conditions: readonly ConditionIr[]) =>
    conditions.map((condition) => explainClause(condition, facts, linker, ir));
  const when = explain(rule.when);
  const unless = rule.unless && explain(rule.unless);
  const isHeld = hold?.isHeld(facts) === true;
  const matched = (isHeld || allTrue(when)) && !(unless && allTrue(unless));
  const mode = rule.mode === "enforce" ? rule.mode : "shadow";
  return { policy: rule.name, mode, effects: rule.effectsText, matched, when, unless };
}

function allTrue(clauses: readonly ClauseExplanation[]): boolean {
  return clauses.every((clause) => clause.truth === true);
}

function explainClause<F>(
  condition: ConditionIr,
  facts: F,
  linker: QuestionLinker<F>,
  ir: PolicyIr,
): ClauseExplanation {
  const truth = truthOf(linker.condition(condition)(facts));
  if (typeof condition !== "number") {
    const parts = condition.of.map((part) => explainClause(part, facts, linker, ir));
    return { text: condition.kind, truth, value: undefined, parts };
  }
  const predicate = linker.predicate(condition);
  const { subject, text } = predicate.ir;
  const parts =
    subject.kind === "fingerprint"
      ? ir.fingerprints[subject.index]!.scores.map((score) =>
          explainClause(score.condition, facts, linker, ir),
        )
      : [];
  return { text, truth, value: valueSeen(predicate, linker, ir, facts), parts };
}

function truthOf(truth: Truth): boolean | undefined {
  return truth === unknown ? undefined : truth === yes;
}
