/**
 * What a policy knows with hindsight. Its measures take a while to come to what it asks of them, and whoever belongs to
 * the same attack and came before passed it by. So a sign-in is kept under the keys of those policies that would have
 * matched if their measures had been so far already, and one that matches later under the same key finds it.
 */
import type { ConditionIr, FieldIr, PolicyRuleIr } from "../policy-ir.ts";
import { no, type Question, yes } from "./evaluation.ts";
import { fieldKey } from "./field-key.ts";
import { keyReader } from "./gauge-key.ts";
import type { LinkedMeasure } from "./linked-measure.ts";
import type { QuestionLinker } from "./question-linker.ts";

/** Further back nothing is kept. */
const longestMs = 86_400_000;

/** Requests that a policy takes for one attack. */
export interface LinkedCluster<F> {
  /** Undefined where the request lacks a part of what the policy counts by. */
  keyOf(facts: F): string | undefined;
  /** Whether the policy would match once its measures say what it asks of them; `unless` is asked as it is now. */
  wouldTake(facts: F): boolean;
  /** As long as its longest measure looks back, ms. */
  readonly lookBackMs: number;
}

/**
 * The clusters of a policy; undefined for one that counts nothing, that says by no label what it stops, or that is not
 * in force. A policy without a label stops what is too much for a moment, and convicts nobody.
 */
export function linkCluster<F>(
  ir: PolicyRuleIr,
  linker: QuestionLinker<F>,
  unless: Question<F> | undefined,
): LinkedCluster<F> | undefined {
  const isConvicting = ir.mode === "enforce" && ir.labels.length > 0 && ir.stop?.kind !== "ratelimit";
  if (!isConvicting) return undefined;
  const measures = measuresIn(ir.when, linker);
  if (measures.length === 0) return undefined;
  const fields = new Map(measures.flatMap((measure) => measure.ir.by.map((by) => [fieldKey(by), by])));
  const when = ir.when.map((condition) => withHindsight(condition, linker));
  return {
    keyOf: keyReader(Array.from(fields.values(), (field: FieldIr) => linker.reader(field))),
    wouldTake: (facts) => when.every((ask) => ask(facts) === yes) && unless?.(facts) !== yes,
    lookBackMs: Math.min(longestMs, Math.max(...measures.map((measure) => measure.ir.windowMs))),
  };
}

function measuresIn<F>(conditions: readonly ConditionIr[], linker: QuestionLinker<F>): LinkedMeasure<F>[] {
  return conditions.flatMap((condition) => {
    if (typeof condition !== "number") return measuresIn(condition.of, linker);
    const { subject } = linker.predicate(condition).ir;
    return subject.kind === "measure" ? [linker.evidence.measure(subject.index)] : [];
  });
}

/** The condition with every measure as far as it asks for. */
function withHindsight<F>(condition: ConditionIr, linker: QuestionLinker<F>): Question<F> {
  return linker.condition(condition, (index, isWanted) => {
    const { ask, ir } = linker.predicate(index);
    return ir.subject.kind === "measure" ? () => (isWanted ? yes : no) : ask;
  });
}
