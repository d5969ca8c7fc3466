/** A policy ready to be judged, reached through its most telling condition. */

import type { Withheld } from "../decision.ts";
import type { ConditionIr, FieldIr, PolicyRuleIr, SubjectIr, TestIr } from "../policy-ir.ts";
import { no, type Question, yes } from "./evaluation.ts";
import { fieldKey } from "./field-key.ts";
import { labelLevels } from "./label-levels.ts";
import { fieldsTold, type LinkedTell, linkTells } from "./linked-tells.ts";
import type { LinkedHold, LinkedRate } from "./policy-states.ts";
import type { LinkedPredicate, QuestionLinker } from "./question-linker.ts";
import type { SharedSearch } from "./shared-search.ts";

/** How a policy is reached: by the value of a field, by a text found in one, by a shared predicate, or always. */
type Access<F> =
  | {
      readonly kind: "value";
      readonly field: string;
      readonly predicate: LinkedPredicate<F>;
      readonly values: readonly (string | number)[];
    }
  | { readonly kind: "text"; readonly predicate: LinkedPredicate<F>; readonly search: SharedSearch }
  | { readonly kind: "gate"; readonly predicate: LinkedPredicate<F> }
  | { readonly kind: "always" };

/** A linked policy; `rank` orders decisions (0 is asked about first). */
export interface LinkedPolicy<F> {
  readonly rank: number;
  readonly ir: PolicyRuleIr;
  readonly access: Access<F>;
  /** Whether everything but the access condition holds; only true counts. */
  readonly rest: Question<F>;
  readonly needsBody: boolean;
  readonly fields: ReadonlySet<string>;
  /** Whether `when` and `unless` hold by themselves, a key that is held left out. */
  readonly fresh: Question<F>;
  readonly hold: LinkedHold<F> | undefined;
  readonly rate: LinkedRate<F> | undefined;
  readonly tells: readonly LinkedTell<F>[];
  /** Why it is not in force for a request; undefined when it always is. */
  readonly withheld: ((facts: F) => Withheld | undefined) | undefined;
  /** 0 when it reads no label, else one more than the policies that give those it reads. */
  readonly level: number;
}

/** A condition that must hold for a policy to match, and by which it could be reached. */
interface Candidate<F> {
  readonly index: number;
  readonly predicate: LinkedPredicate<F>;
  readonly values: readonly (string | number)[] | undefined;
}

const mostIndexedValues = 64;

/** What asking the rest of a policy costs, in ns. */
const restCost = 50;

/** How often a question is answered with yes, as a guess. */
// oxlint-disable-next-line eslint/complexity -- one case for each operator
function passRate(test: TestIr): number {
  switch (test.op) {
    case "eq":
      return typeof test.value === "boolean" ? 0.5 : 0.05;
    case "set":
      return Math.min(0.5, 0.05 * test.values.length);
    case "contains":
    case "starts":
    case "ends":
    case "startsAll":
    case "matches":
    case "usual":
    case "differs":
    case "saturated":
      return 0.1;
    case "list":
    case "ranges":
      return 0.2;
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "holds":
    case "missing":
    case "new":
      return 0.3;
    case "known":
      return 0.5;
    case "ne":
    case "present":
      return 0.9;
  }
}

/** Links all policies; with `useIndex` off every policy is evaluated in full, which must decide the same. */
export function linkPolicyRules<F>(
  rules: readonly PolicyRuleIr[],
  linker: QuestionLinker<F>,
  useIndex: boolean,
): LinkedPolicy<F>[] {
  // A draft is judged with nowhere, and opens no state; ranks stay those of the set.
  const isLive = ({ mode }: PolicyRuleIr) => mode !== "draft";
  const candidates = rules.map((rule) => (useIndex && isLive(rule) ? candidatesOf(rule.when, linker) : []));
  const sharers = new Map<string, number>();
  for (const candidate of candidates.flat()) {
    const key = accessKey(candidate);
    sharers.set(key, (sharers.get(key) ?? 0) + 1);
  }
  // A question that many policies share is paid once for all of them; each that it lets through is asked the rest.
  const price = (candidate: Candidate<F>) => {
    const { predicate } = candidate;
    return predicate.cost / (sharers.get(accessKey(candidate)) ?? 1) + restCost * passRate(predicate.ir.test);
  };
  const levels = labelLevels(rules.filter(isLive), linker);
  return rules.flatMap((ir, rank) => (isLive(ir) ? [linkOne(ir, rank)] : []));

  function linkOne(ir: PolicyRuleIr, rank: number): LinkedPolicy<F> {
    const level = levels.get(ir.name) ?? 0;
    let best: Candidate<F> | undefined;
    // What is asked in an order of its own, or matches without its conditions, is no business of the index.
    if (ir.hold || level > 0) return linkRule(ir, rank, undefined, linker, level);
    for (const candidate of candidates[rank]!) if (!best || price(candidate) < price(best)) best = candidate;
    return linkRule(ir, rank, best, linker, level);
  }
}

function accessKey<F>(candidate: Candidate<F>): string {
  if (candidate.predicate.search) return `~${keyOfField(candidate.predicate)}`;
  return candidate.values ? keyOfField(candidate.predicate) : `#${candidate.index}`;
}

function keyOfField<F>({ ir }: LinkedPredicate<F>): string {
  return ir.subject.kind === "field" ? fieldKey(ir.subject) : "";
}

/** The conditions that must all hold: those at the top and in `all` blocks. */
function candidatesOf<F>(conditions: readonly ConditionIr[], linker: QuestionLinker<F>): Candidate<F>[] {
  return conditions.flatMap((condition) => {
    if (typeof condition !== "number")
      return condition.kind === "all" ? candidatesOf(condition.of, linker) : [];
    const predicate = linker.predicate(condition);
    return [{ index: condition, predicate, values: indexedValues(predicate) }];
  });
}

function indexedValues<F>(predicate: LinkedPredicate<F>): readonly (string | number)[] | undefined {
  const { subject, test } = predicate.ir;
  if (subject.kind !== "field" || predicate.row?.type === "ip") return undefined;
  if (test.op === "eq" && typeof test.value !== "boolean") return [test.value];
  if (test.op === "set" && test.values.length <= mostIndexedValues) return [...new Set(test.values)];
  return undefined;
}

function linkRule<F>(
  ir: PolicyRuleIr,
  rank: number,
  best: Candidate<F> | undefined,
  linker: QuestionLinker<F>,
  level: number,
): LinkedPolicy<F> {
  // An indexed access condition need not be asked again; a gate's answer is memoised or cheap.
  const remaining = best ? ir.when.filter((condition) => condition !== best.index) : [...ir.when];
  remaining.sort((left, right) => linker.costOf(left) - linker.costOf(right));
  const all = [...ir.when, ...(ir.unless ?? [])];
  const predicates = [...linker.predicatesIn(all)];
  const subjects = predicates.map((predicate) => predicate.ir.subject);
  const keys = keyFields(ir, linker);
  const read = subjects.flatMap((subject) => fieldsRead(subject, linker));
  const when = remaining.map((condition) => linker.condition(condition));
  const unless = ir.unless?.map((condition) => linker.condition(condition));
  const hold = linker.states.hold(ir.name);
  const fresh = restOf(when, unless);
  return {
    rank,
    ir,
    access: accessOf(best),
    rest: hold ? restOf([anyTrue(allTrue(when), (facts) => (hold.isHeld(facts) ? yes : no))], unless) : fresh,
    fresh,
    hold,
    rate: linker.states.rate(ir),
    tells: linkTells(ir, (field) => linker.reader(field)),
    withheld: linker.states.withheld(ir),
    level,
    needsBody:
      predicates.some((predicate) => predicate.needsBody) ||
      keys.some((field) => linker.row(field)?.needsBody === true),
    fields: new Set([...read, ...keys.map((field) => field.field)]),
  };
}

function fieldsRead<F>(subject: SubjectIr, linker: QuestionLinker<F>): string[] {
  switch (subject.kind) {
    case "field":
      return [subject.field];
    case "measure":
    case "memory":
    case "sequence":
      return linker.evidence.fieldsOf(subject.kind, subject.index).map(({ field }) => field);
    // Their own parts stand for fingerprints; holds and labels read nothing of their own.
    case "fingerprint":
    case "held":
    case "label":
      return [];
  }
}

/** What the keys of a policy's clauses, its made-up response and what it tells are made of. */
function keyFields<F>(ir: PolicyRuleIr, linker: QuestionLinker<F>): FieldIr[] {
  const { rollout, hold, stop } = ir;
  const limited = stop?.kind === "ratelimit" ? stop.by : [];
  const told = stop?.kind === "deceive" ? linker.fieldsOfResponse(stop.response) : [];
  return [...(rollout?.by ?? []), ...(hold?.by ?? []), ...limited, ...told, ...fieldsTold(ir)];
}

function anyTrue<F>(first: Question<F>, second: Question<F>): Question<F> {
  return (facts) => (first(facts) === yes || second(facts) === yes ? yes : no);
}

function accessOf<F>(best: Candidate<F> | undefined): Access<F> {
  if (!best) return { kind: "always" };
  const { predicate, values } = best;
  if (predicate.search) return { kind: "text", predicate, search: predicate.search };
  return values
    ? { kind: "value", field: keyOfField(predicate), predicate, values }
    : { kind: "gate", predicate };
}

// `when` wants every part true; `unless` bites only if every part of it is true.
function restOf<F>(when: readonly Question<F>[], unless: readonly Question<F>[] | undefined): Question<F> {
  const holds = allTrue(when);
  if (!unless) return holds;
  const exempted = allTrue(unless);
  return (facts) => (holds(facts) === yes && exempted(facts) !== yes ? yes : no);
}

function allTrue<F>(asks: readonly Question<F>[]): Question<F> {
  const [first, second] = asks;
  if (!first) return () => yes;
  if (!second) return first;
  if (asks.length === 2) return (facts) => (first(facts) === yes && second(facts) === yes ? yes : no);
  return (facts) => {
    for (const ask of asks) if (ask(facts) !== yes) return no;
    return yes;
  };
}
