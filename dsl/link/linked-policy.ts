/** A policy ready to be judged. */

import type { PolicyMatch, Withheld } from "../decision.ts";
import type { ConditionIr, FieldIr, PolicyRuleIr, SubjectIr } from "../policy-ir.ts";
import { type Candidate, candidatesOf } from "./candidates.ts";
import { no, type Question, yes } from "./evaluation.ts";
import { labelLevels } from "./label-levels.ts";
import { type LinkedCluster, linkClusters } from "./linked-cluster.ts";
import { fieldsTold, type LinkedTell, linkTells } from "./linked-tells.ts";
import type { LinkedHold, LinkedRate } from "./policy-states.ts";
import type { QuestionLinker } from "./question-linker.ts";

/** What a policy does, in one form for all: compiled forms leave out what a policy lacks, and each form costs a look. */
interface PolicyEffects {
  readonly name: string;
  readonly isEnforced: boolean;
  readonly mode: "enforce" | "shadow";
  readonly effect: PolicyMatch["effect"];
  readonly stop: PolicyRuleIr["stop"];
  readonly exempts: PolicyRuleIr["exempts"];
  readonly labels: readonly string[];
  readonly marks: readonly string[];
  readonly tarpitMs: number;
  /** It marks or slows down. */
  readonly hasFriction: boolean;
}

/** True of a policy that at most blocks: nothing else of it has to be looked at when it matches. */
function onlyBlocks<F>(policy: Omit<LinkedPolicy<F>, "onlyBlocks">): boolean {
  const { effects, hold, rate, withheld, tells } = policy;
  const { stop, exempts, labels, hasFriction } = effects;
  const isBlock = stop === undefined || stop.kind === "block";
  if (!isBlock || exempts !== undefined || labels.length > 0 || hasFriction) return false;
  return !hold && !rate && !withheld && tells.length === 0;
}

/** A linked policy; `rank` orders decisions (0 is asked about first). */
export interface LinkedPolicy<F> {
  readonly rank: number;
  readonly ir: PolicyRuleIr;
  readonly effects: PolicyEffects;
  /** It does nothing but block, if that; it holds, counts, exempts, labels, slows and tells nothing, and is always in force. */
  readonly onlyBlocks: boolean;
  /** Conditions that it can be reached by; none for what is asked in an order of its own, or matches without them. */
  readonly candidates: readonly Candidate<F>[];
  /** Whether it matches; only true counts. */
  readonly matches: Question<F>;
  /** The questions that are left to ask once these conditions hold; all have to be answered with yes. */
  restWithout(taken: readonly number[]): readonly Question<F>[];
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
  /** What it knows with hindsight; linked when it is first asked for. */
  clusters(): readonly LinkedCluster<F>[];
}

// Nothing of a draft is opened.
const isLive = ({ mode }: PolicyRuleIr) => mode !== "draft";

/**
 * Links policies one by one, in the order of the set; a draft is judged with nowhere, opens no state and gives
 * undefined. With `useIndex` off every policy is evaluated in full, which must decide the same.
 */
export function policyLinker<F>(
  rules: readonly PolicyRuleIr[],
  linker: QuestionLinker<F>,
  useIndex: boolean,
): (ir: PolicyRuleIr, rank: number) => LinkedPolicy<F> | undefined {
  const levels = labelLevels(rules.filter(isLive), linker);
  return (ir, rank) => {
    if (!isLive(ir)) return undefined;
    const level = levels.get(ir.name) ?? 0;
    // What is asked in an order of its own, or matches without its conditions, is no business of the index.
    const isIndexed = useIndex && !ir.hold && level === 0;
    return linkRule(ir, rank, isIndexed ? candidatesOf(ir.when, linker) : [], linker, level);
  };
}

function linkRule<F>(
  ir: PolicyRuleIr,
  rank: number,
  candidates: readonly Candidate<F>[],
  linker: QuestionLinker<F>,
  level: number,
): LinkedPolicy<F> {
  const all = [...ir.when, ...(ir.unless ?? [])];
  const predicates = [...linker.predicatesIn(all)];
  const subjects = predicates.map((predicate) => predicate.ir.subject);
  const keys = keyFields(ir, linker);
  const read = subjects.flatMap((subject) => fieldsRead(subject, linker));
  const hold = linker.states.hold(ir.name);
  const unless = ir.unless && allTrue(asksOf(ir.unless, linker));
  const when = allTrue(asksOf(ir.when, linker));
  const fresh = unlessTrue(when, unless);
  const linked = {
    rank,
    ir,
    effects: effectsOf(ir),
    candidates,
    matches: hold
      ? unlessTrue(
          anyTrue(when, (facts) => (hold.isHeld(facts) ? yes : no)),
          unless,
        )
      : fresh,
    restWithout: (taken: readonly number[]) => {
      const left = ir.when.filter((condition) => typeof condition !== "number" || !taken.includes(condition));
      const asks = asksOf(left, linker);
      return unless ? [...asks, (facts: F) => (unless(facts) === yes ? no : yes)] : asks;
    },
    fresh,
    hold,
    rate: linker.states.rate(ir),
    tells: linkTells(ir, (field) => linker.reader(field)),
    withheld: linker.states.withheld(ir),
    level,
    // Labels of other policies are not known any more when it is asked.
    clusters: onDemand(() => (level === 0 ? linkClusters(ir, linker, unless) : [])),
    needsBody:
      predicates.some((predicate) => predicate.needsBody) ||
      keys.some((field) => linker.row(field)?.needsBody === true),
    fields: new Set([...read, ...keys.map((field) => field.field)]),
  };
  return { ...linked, onlyBlocks: onlyBlocks(linked) };
}

function effectsOf({ name, mode, stop, exempts, labels, marks, tarpitMs }: PolicyRuleIr): PolicyEffects {
  return {
    name,
    isEnforced: mode === "enforce",
    mode: mode === "enforce" ? mode : "shadow",
    effect: stop?.kind ?? (exempts ? "allow" : "observe"),
    stop,
    exempts,
    labels,
    marks,
    tarpitMs: tarpitMs ?? 0,
    hasFriction: marks.length > 0 || tarpitMs !== undefined,
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

function onDemand<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function anyTrue<F>(first: Question<F>, second: Question<F>): Question<F> {
  return (facts) => (first(facts) === yes || second(facts) === yes ? yes : no);
}

// `when` wants every part true; `unless` bites only if every part of it is true.
function unlessTrue<F>(holds: Question<F>, exempted: Question<F> | undefined): Question<F> {
  if (!exempted) return holds;
  return (facts) => (holds(facts) === yes && exempted(facts) !== yes ? yes : no);
}

/** Questions in the order that costs least: the cheap ones first, and of those the ones that are seldom true. */
function asksOf<F>(conditions: readonly ConditionIr[], linker: QuestionLinker<F>): Question<F>[] {
  if (conditions.length < 2) return conditions.map((condition) => linker.condition(condition));
  // Asking in the order of cost per request that a question sends away is the cheapest (Hellerstein 1993).
  const rank = (condition: ConditionIr) => linker.costOf(condition) / (1.01 - linker.rateOf(condition));
  const ranked = conditions.map((condition) => ({ condition, rank: rank(condition) }));
  ranked.sort((left, right) => left.rank - right.rank);
  return ranked.map(({ condition }) => linker.condition(condition));
}

/** One question for several, all of which have to be answered with yes. */
export function allTrue<F>(asks: readonly Question<F>[]): Question<F> {
  const [first, second] = asks;
  if (!first) return () => yes;
  if (!second) return first;
  if (asks.length === 2) return (facts) => (first(facts) === yes && second(facts) === yes ? yes : no);
  return (facts) => {
    for (const ask of asks) if (ask(facts) !== yes) return no;
    return yes;
  };
}
