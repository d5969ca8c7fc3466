/**
 * What a policy knows with hindsight. Its measures take a while to come to what it asks of them, and whoever belongs to
 * the same attack and came before passed it by. So a sign-in is kept under the keys of those policies that would have
 * matched if their measures had been so far already, and one that matches later under the same key finds it. A policy
 * may count by several keys: then there is one cluster for each, besides the one for all of them together, to which belongs
 * what all other counts spoke against already when it came; and one for those whom only a memory excused (an address of the
 * owner's provider, which attackers have, too).
 */
import type { ConditionIr, FieldIr, PolicyRuleIr } from "../policy-ir.ts";
import { no, type Question, yes } from "./evaluation.ts";
import { fieldKey } from "./field-key.ts";
import { keyReader } from "./gauge-key.ts";
import type { LinkedMeasure } from "./linked-measure.ts";
import type { QuestionLinker } from "./question-linker.ts";

/** Further back nothing is kept. */
const longestMs = 86_400_000;

/** Whoever shares these shares the client: software, address or account. */
const clientFields = /^(?:ip|ip\.net|print\..*|tls\.ja4|username|account|session|device_cookie)$/;

/** Requests that a policy takes for one attack. */
export interface LinkedCluster<F> {
  /** Of the policy; empty for the cluster of everything that it counts by. */
  readonly part: string;
  /** Its key, or what it takes, says too little about the client: people are in it, too. */
  readonly isWide: boolean;
  /** Undefined where the request lacks a part of what the policy counts by. */
  keyOf(facts: F): string | undefined;
  /** Whether the policy would match once its measures say what it asks of them; `unless` is asked as it is now. */
  wouldTake(facts: F): boolean;
  /** As long as its longest measure looks back, ms. */
  readonly lookBackMs: number;
}

/**
 * The clusters of a policy; none for one that counts nothing, that says by no label what it stops, or that is not
 * in force. A policy without a label stops what is too much for a moment, and convicts nobody.
 */
export function linkClusters<F>(
  ir: PolicyRuleIr,
  linker: QuestionLinker<F>,
  unless: Question<F> | undefined,
): readonly LinkedCluster<F>[] {
  const isConvicting = ir.mode === "enforce" && ir.labels.length > 0 && ir.stop?.kind !== "ratelimit";
  if (!isConvicting) return [];
  const measures = measuresIn(ir.when, linker);
  if (measures.length === 0) return [];
  const byKey = Map.groupBy(measures, ({ ir: { by } }) => keyName(by));
  const link = (part: string, counting: readonly LinkedMeasure<F>[]): LinkedCluster<F> => {
    const fields = new Map(counting.flatMap(({ ir: { by } }) => by.map((field) => [fieldKey(field), field])));
    const when = ir.when.map((condition) => withHindsight(condition, linker, new Set(counting)));
    return {
      part,
      isWide: !Array.from(fields.values()).some(({ field }) => clientFields.test(field)),
      keyOf: keyReader(Array.from(fields.values(), (field: FieldIr) => linker.reader(field))),
      wouldTake: (facts) => when.every((ask) => ask(facts) === yes) && unless?.(facts) !== yes,
      lookBackMs: Math.min(longestMs, Math.max(...counting.map((measure) => measure.ir.windowMs))),
    };
  };
  const parts = byKey.size < 2 ? [] : Array.from(byKey, ([part, counting]) => link(part, counting));
  const whole = link("", measures);
  return [whole, ...parts, ...excused(whole, ir, linker)];
}

/** The cluster of those, too, whom nothing but memories of the account excuses; none where a policy asks for none. */
function excused<F>(
  whole: LinkedCluster<F>,
  { when, unless = [] }: PolicyRuleIr,
  linker: QuestionLinker<F>,
): LinkedCluster<F>[] {
  const isMemory = (index: number) => linker.predicate(index).ir.subject.kind === "memory";
  if (![...linker.predicatesIn(unless)].some(({ ir }) => ir.subject.kind === "memory")) return [];
  const granted = new Set(measuresIn(when, linker));
  const asks = when.map((condition) => withHindsight(condition, linker, granted));
  const excuses = unless.map((condition) =>
    linker.condition(condition, (index, isWanted) =>
      isMemory(index) ? () => (isWanted ? no : yes) : linker.predicate(index).ask,
    ),
  );
  const isTaken = (facts: F) => asks.every((ask) => ask(facts) === yes);
  const isExcused = (facts: F) => excuses.every((ask) => ask(facts) === yes);
  const wouldTake = (facts: F) => isTaken(facts) && !isExcused(facts);
  return [{ ...whole, part: "excused by memories", isWide: true, wouldTake }];
}

function keyName(by: readonly FieldIr[]): string {
  return by.map(({ field, parameter }) => (parameter === "" ? field : `${field} ${parameter}`)).join(", ");
}

function measuresIn<F>(conditions: readonly ConditionIr[], linker: QuestionLinker<F>): LinkedMeasure<F>[] {
  return conditions.flatMap((condition) => {
    if (typeof condition !== "number") return measuresIn(condition.of, linker);
    const { subject } = linker.predicate(condition).ir;
    return subject.kind === "measure" ? [linker.evidence.measure(subject.index)] : [];
  });
}

/** The condition with these measures as far as it asks for. */
function withHindsight<F>(
  condition: ConditionIr,
  linker: QuestionLinker<F>,
  granted: ReadonlySet<LinkedMeasure<F>>,
): Question<F> {
  return linker.condition(condition, (index, isWanted) => {
    const { ask, ir } = linker.predicate(index);
    const { subject } = ir;
    const isGranted = subject.kind === "measure" && granted.has(linker.evidence.measure(subject.index));
    return isGranted ? () => (isWanted ? yes : no) : ask;
  });
}
