/** Joins predicates, fingerprints and measures of an IR to a scheme's readers; what is shared is evaluated once a request. */
import { FieldTable } from "../field-table.ts";
import type { ConditionIr, FieldIr, PolicyIr, PredicateIr, ResponseIr } from "../policy-ir.ts";
import type { FieldReader, FieldRow, FieldValue, Scheme } from "../scheme.ts";
import type { StatePorts } from "../state-ports.ts";
import { Evaluation, no, type Question, type Truth, unknown, yes } from "./evaluation.ts";
import { EvidenceLinker } from "./evidence-linker.ts";
import { askMemory, askSequence, askUsual } from "./evidence-questions.ts";
import { fieldKey } from "./field-key.ts";
import type { FieldValues } from "./field-values.ts";
import { guessedRate } from "./guessed-rate.ts";
import { type LinkedResponse, linkResponse } from "./linked-response.ts";
import { type Asking, patternSearches } from "./pattern-search.ts";
import { PolicyStates } from "./policy-states.ts";
import { Selectivity } from "./selectivity.ts";
import { type SharedSearch, searching, sharedSearches } from "./shared-search.ts";
import { type LinkedList, testValue } from "./test-value.ts";

// Rough costs in ns beside the field's own, to ask the cheap questions first.
const testCosts = { matches: 900, ranges: 60, list: 30, set: 20, contains: 30, startsAll: 20 } as const;
const gaugeCost = 150;
const costWorthRemembering = 20;
const policiesPerStep = 1_000;

/** A predicate ready to be asked. */
export interface LinkedPredicate<F> {
  readonly ir: PredicateIr;
  readonly ask: Question<F>;
  /** What it reads; undefined for fingerprints. */
  readonly read: FieldReader<F> | undefined;
  readonly row: FieldRow<F> | undefined;
  readonly cost: number;
  readonly needsBody: boolean;
  /** The search that answers it together with others. */
  readonly search: SharedSearch | undefined;
}

interface LinkedFingerprint<F> {
  readonly ask: Question<F>;
  readonly score: (facts: F) => number;
}

/** Links the parts of an IR on demand; each part once. */
export class QuestionLinker<F> {
  readonly evaluation = new Evaluation();
  /** What keeps state: measures, memories, sequences. */
  readonly evidence: EvidenceLinker<F>;
  /** What policies remember and draw. */
  readonly states: PolicyStates<F>;
  /** How often predicates hold. */
  readonly rates: Selectivity;
  /** The values that policies ask of fields, numbered for all buckets. */
  readonly fieldValues = new Map<string, FieldValues<F>>();
  private readonly ir: PolicyIr;
  private readonly salt: string;
  private readonly fields: FieldTable<F>;
  private readonly lists: readonly LinkedList[];
  private readonly predicates = new Map<number, LinkedPredicate<F>>();
  private readonly fingerprints = new Map<number, LinkedFingerprint<F>>();
  private readonly readers = new Map<string, FieldReader<F>>();
  private readonly rememberingReaders = new Map<string, FieldReader<F>>();
  private searches: ReadonlyMap<number, SharedSearch> = new Map();
  private patterns: ReadonlyMap<number, Asking> = new Map();
  private readonly stamps: Uint32Array;
  private readonly memos: Uint8Array;
  private readonly uses: Uint32Array;

  constructor(
    ir: PolicyIr,
    scheme: Scheme<F>,
    gauges: StatePorts,
    lists: readonly LinkedList[],
    salt: string,
    rates = new Selectivity(ir.predicates),
  ) {
    this.ir = ir;
    this.rates = rates;
    this.fields = new FieldTable(scheme);
    this.lists = lists;
    this.stamps = this.evaluation.stampsFor(ir.predicates.length);
    this.memos = new Uint8Array(ir.predicates.length);
    this.uses = new Uint32Array(ir.predicates.length);
    this.evidence = new EvidenceLinker(ir, gauges, this.evaluation, (field) => this.reader(field));
    this.salt = salt;
    const ports = { holds: gauges, salt };
    this.states = new PolicyStates(ports, (field) => this.reader(field), this.evaluation);
  }

  /** Looks over the whole set, some of it a step; comes before any condition is linked. */
  *prepare(): Generator<undefined, void> {
    yield* countUses(this.ir, this.uses);
    this.searches = yield* sharedSearches(this.ir, this.fields, this.evaluation);
    this.patterns = yield* patternSearches(this.ir, this.evaluation);
    yield* this.states.prepare(this.ir.policies);
  }

  /** A field's reader, bound once; a field that the scheme lacks reads as missing. */
  reader(field: FieldIr): FieldReader<F> {
    const key = fieldKey(field);
    let reader = this.readers.get(key);
    if (!reader) {
      reader = this.row(field)?.bind(field.parameter) ?? (() => undefined);
      this.readers.set(key, reader);
    }
    return reader;
  }

  /** As `reader`, but a costly field is read once in an evaluation; only for use within one. */
  private rememberingReader(field: FieldIr): FieldReader<F> {
    const raw = this.reader(field);
    if ((this.row(field)?.cost ?? 0) < costWorthRemembering) return raw;
    const key = fieldKey(field);
    let reader = this.rememberingReaders.get(key);
    if (!reader) {
      reader = remembering(raw, this.evaluation);
      this.rememberingReaders.set(key, reader);
    }
    return reader;
  }

  /** A made-up response. */
  response(ir: ResponseIr): LinkedResponse<F> {
    return linkResponse(ir, (field) => this.reader(field), this.evaluation, this.salt);
  }

  /** The fields that a made-up response reads. */
  fieldsOfResponse(index: number): FieldIr[] {
    const parts = this.ir.responses[index]?.parts ?? [];
    return parts.flatMap((part) => {
      if (typeof part === "string") return [];
      return part.kind === "field" ? [part] : part.seeds;
    });
  }

  /** A field's row. */
  row(field: FieldIr): FieldRow<F> | undefined {
    return this.fields.row(field.field);
  }

  /** A predicate, memoised per request. */
  predicate(index: number): LinkedPredicate<F> {
    let linked = this.predicates.get(index);
    if (!linked) {
      linked = this.linkPredicate(this.ir.predicates[index]!, index);
      this.predicates.set(index, linked);
    }
    return linked;
  }

  /** A fingerprint's points for a request. */
  score(index: number, facts: F): number {
    return this.fingerprint(index).score(facts);
  }

  /** The predicates under conditions, those of fingerprints included. */
  *predicatesIn(conditions: readonly ConditionIr[]): Iterable<LinkedPredicate<F>> {
    for (const condition of conditions) {
      if (typeof condition !== "number") {
        yield* this.predicatesIn(condition.of);
        continue;
      }
      const predicate = this.predicate(condition);
      yield predicate;
      const { subject } = predicate.ir;
      if (subject.kind === "fingerprint") {
        yield* this.predicatesIn(this.ir.fingerprints[subject.index]!.scores.map((score) => score.condition));
      }
    }
  }

  /**
   * A condition as one question; the cheap parts are asked first. `questionOf` may ask something else for a predicate;
   * it is told whether the condition wants it to be true.
   */
  condition(
    ir: ConditionIr,
    questionOf: (index: number, isWanted: boolean) => Question<F> = (index) => this.predicate(index).ask,
    isWanted = true,
  ): Question<F> {
    if (typeof ir === "number") return questionOf(ir, isWanted);
    const parts = [...ir.of].sort((left, right) => this.costOf(left) - this.costOf(right));
    const isPartWanted = ir.kind === "none" ? !isWanted : isWanted;
    const asks = parts.map((part) => this.condition(part, questionOf, isPartWanted));
    switch (ir.kind) {
      case "all":
        return combine(asks, no, no, yes);
      case "any":
        return combine(asks, yes, yes, no);
      case "none":
        return combine(asks, yes, no, yes);
    }
  }

  /** Whether anything in the set reads a label. */
  get readsLabels(): boolean {
    return this.ir.predicates.some(({ subject }) => subject.kind === "label");
  }

  /** How often a condition is true, by what was counted or as a guess. */
  rateOf(ir: ConditionIr): number {
    if (typeof ir === "number") {
      const { ir: predicate, row } = this.predicate(ir);
      return this.rates.rate(ir, guessedRate(predicate.test, row?.values?.length));
    }
    const parts = ir.of.map((part) => this.rateOf(part));
    if (ir.kind === "all") return parts.reduce((product, rate) => product * rate, 1);
    const none = parts.reduce((product, rate) => product * (1 - rate), 1);
    return ir.kind === "any" ? 1 - none : none;
  }

  /** The cost of a condition in ns, at most. */
  costOf(ir: ConditionIr): number {
    if (typeof ir === "number") return this.predicate(ir).cost;
    return ir.of.reduce((sum: number, part) => sum + this.costOf(part), 0);
  }

  private linkPredicate(ir: PredicateIr, index: number): LinkedPredicate<F> {
    const { subject, test } = ir;
    if (subject.kind === "fingerprint") {
      const conditions = this.ir.fingerprints[subject.index]!.scores.map((score) => score.condition);
      const cost = conditions.reduce((sum: number, condition) => sum + this.costOf(condition), 0);
      const needsBody = Array.from(this.predicatesIn(conditions)).some((part) => part.needsBody);
      const wanted = this.fingerprintQuestion(subject.index, test);
      return {
        ir,
        ask: this.memoised(index, wanted),
        read: undefined,
        row: undefined,
        cost,
        needsBody,
        search: undefined,
      };
    }
    const testCost: number = test.op in testCosts ? testCosts[test.op as keyof typeof testCosts] : 5;
    if (subject.kind === "measure" || subject.kind === "memory" || subject.kind === "sequence") {
      return this.evidenceQuestion(ir, subject);
    }
    if (subject.kind === "held" || subject.kind === "label") return this.stateQuestion(ir, subject);
    const row = this.row(subject);
    const read = this.rememberingReader(subject);
    const cost = (row?.cost ?? 0) + testCost;
    const needsBody = row?.needsBody ?? false;
    const shared = this.searches.get(index);
    if (shared) return { ir, ask: searching(read, shared), read, row, cost, needsBody, search: shared };
    const pattern = this.patterns.get(index);
    if (pattern) return { ir, ask: pattern(read), read, row, cost, needsBody, search: undefined };
    const raw = testValue(read, test, row?.type === "ip", this.lists);
    // Below the price of a memo, and for what is asked once, asking is as cheap as remembering.
    const isShared = (this.uses[index] ?? 0) > 1 && testCost > 10;
    const ask = isShared ? this.memoised(index, raw) : raw;
    return { ir, ask, read, row, cost, needsBody, search: undefined };
  }

  private evidenceQuestion(
    ir: PredicateIr,
    subject: Extract<PredicateIr["subject"], { kind: "measure" | "memory" | "sequence" }>,
  ): LinkedPredicate<F> {
    const fields = this.evidence.fieldsOf(subject.kind, subject.index);
    const needsBody = fields.some((field) => this.row(field)?.needsBody === true);
    const cost = fields.reduce((sum, field) => sum + (this.row(field)?.cost ?? 0), gaugeCost);
    const plain = { ir, row: undefined, cost, needsBody, search: undefined };
    const { test } = ir;
    if (subject.kind !== "measure") {
      const ask =
        subject.kind === "memory"
          ? askMemory(this.evidence.memory(subject.index), test)
          : askSequence(this.evidence.sequence(subject.index), test);
      return { ...plain, ask, read: undefined };
    }
    if (test.op === "usual") {
      const measure = this.evidence.measureWithUsual(subject.index);
      return { ...plain, ask: askUsual(measure, test), read: (facts) => measure.read(facts) };
    }
    const measure = this.evidence.measure(subject.index);
    const read: FieldReader<F> = (facts) => measure.read(facts);
    if (test.op === "saturated") return { ...plain, ask: () => (measure.isSaturated() ? yes : no), read };
    return { ...plain, ask: testValue(read, test, false, this.lists), read };
  }

  /** Whether a policy holds the request's key (unknown without one), or gave it a label. */
  private stateQuestion(
    ir: PredicateIr,
    subject: Extract<PredicateIr["subject"], { kind: "held" | "label" }>,
  ): LinkedPredicate<F> {
    const plain = { ir, row: undefined, needsBody: false, search: undefined };
    if (subject.kind === "label") {
      const has = this.states.hasLabel(subject.label);
      return { ...plain, read: has, ask: () => (has() ? yes : no), cost: 5 };
    }
    const hold = this.states.hold(subject.policy);
    const read = (facts: F) => hold?.isHeld(facts);
    const ask = testValue(read, ir.test, false, this.lists);
    const by = this.ir.policies.find((policy) => policy.name === subject.policy)?.hold?.by ?? [];
    const needsBody = by.some((field) => this.row(field)?.needsBody === true);
    const cost = by.reduce((sum, field) => sum + (this.row(field)?.cost ?? 0), gaugeCost);
    return { ...plain, read, ask, cost, needsBody };
  }

  // Never missing: alone, and against true or false, it asks whether it matched, against a number for its points.
  private fingerprintQuestion(index: number, test: PredicateIr["test"]): Question<F> {
    const { score, ask } = this.fingerprint(index);
    if (test.op === "holds") return ask;
    const isTruth = (test.op === "eq" || test.op === "ne") && typeof test.value === "boolean";
    return testValue(isTruth ? (facts) => ask(facts) === yes : score, test, false, this.lists);
  }

  private fingerprint(index: number): LinkedFingerprint<F> {
    const known = this.fingerprints.get(index);
    if (known) return known;
    const ir = this.ir.fingerprints[index]!;
    const scores = ir.scores.map(({ points, condition }) => ({ points, ask: this.condition(condition) }));
    const sum = (facts: F) => {
      let points = 0;
      for (const part of scores) if (part.ask(facts) === yes) points += part.points;
      return points;
    };
    // Several questions may ask for the points of one request.
    const score = remembering(sum, this.evaluation);
    const linked = { score, ask: (facts: F): Truth => (score(facts) >= ir.threshold ? yes : no) };
    this.fingerprints.set(index, linked);
    return linked;
  }

  private memoised(index: number, ask: Question<F>): Question<F> {
    const { stamps, memos, evaluation } = this;
    return (facts) => {
      if (stamps[index] === evaluation.epoch) return memos[index] as Truth;
      const answer = ask(facts);
      stamps[index] = evaluation.epoch;
      memos[index] = answer;
      return answer;
    };
  }
}

function remembering<F, T extends FieldValue | undefined>(
  read: (facts: F) => T,
  evaluation: Evaluation,
): (facts: F) => T {
  let stamp = 0;
  let memo: T;
  return (facts) => {
    if (stamp !== evaluation.epoch) {
      memo = read(facts);
      stamp = evaluation.epoch;
    }
    return memo;
  };
}

/** Counts how many places ask each predicate. */
function* countUses(ir: PolicyIr, uses: Uint32Array): Generator<undefined, void> {
  const visit = (condition: ConditionIr): void => {
    if (typeof condition === "number") uses[condition] = (uses[condition] ?? 0) + 1;
    else condition.of.forEach(visit);
  };
  for (const [index, policy] of ir.policies.entries()) {
    policy.when.forEach(visit);
    policy.unless?.forEach(visit);
    if (index % policiesPerStep === policiesPerStep - 1) yield undefined;
  }
  for (const fingerprint of ir.fingerprints) for (const score of fingerprint.scores) visit(score.condition);
}

/** Kleene's logic: `decisive` settles the whole as `settled`; otherwise an unknown part makes it unknown. */
function combine<F>(
  asks: readonly Question<F>[],
  decisive: Truth,
  settled: Truth,
  otherwise: Truth,
): Question<F> {
  return (facts) => {
    let answer = otherwise;
    for (const ask of asks) {
      const part = ask(facts);
      if (part === decisive) return settled;
      if (part === unknown) answer = unknown;
    }
    return answer;
  };
}
