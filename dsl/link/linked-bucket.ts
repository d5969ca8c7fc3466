/** The policies and measures of one app and route, arranged so that a request touches only what it may match. */
import { type Decision, type PolicyExplanation, unmatched } from "../decision.ts";
import type { Bucket, Identity, Outcome, OutcomeKind, ResponseView } from "../policy-set.ts";
import type { FieldReader } from "../scheme.ts";
import { type Question, yes } from "./evaluation.ts";
import type { LinkedMeasure } from "./linked-measure.ts";
import type { LinkedPolicy } from "./linked-policy.ts";
import type { OutcomeReader } from "./outcome-reader.ts";
import type { QuestionLinker } from "./question-linker.ts";
import type { TextSearch } from "./text-search.ts";

/** What a bucket is made of. */
export interface BucketParts<F> {
  readonly policies: readonly LinkedPolicy<F>[];
  readonly arriving: readonly LinkedMeasure<F>[];
  readonly finished: readonly LinkedMeasure<F>[];
  readonly needsBody: boolean;
  readonly outcome: OutcomeReader | undefined;
  readonly identify: (facts: F) => Identity;
  readonly decide: (matched: readonly LinkedPolicy<F>[], facts: F) => Decision;
  readonly explain: (policy: LinkedPolicy<F>, facts: F) => PolicyExplanation;
}

interface ValueGroup<F> {
  readonly read: FieldReader<F>;
  readonly byValue: Map<unknown, LinkedPolicy<F>[]>;
}

interface TextGroup<F> {
  readonly read: FieldReader<F>;
  readonly search: TextSearch;
  readonly byText: Map<number, LinkedPolicy<F>[]>;
}

/** Policies by how they are reached, while a bucket is arranged. */
interface Groups<F> {
  readonly values: Map<string, ValueGroup<F>>;
  readonly texts: Map<TextSearch, TextGroup<F>>;
  readonly gates: Map<unknown, GateGroup<F>>;
}

interface GateGroup<F> {
  readonly ask: Question<F>;
  readonly cost: number;
  readonly policies: LinkedPolicy<F>[];
}

/** A bucket; one for each route of each app. */
export class LinkedBucket<F> implements Bucket<F> {
  readonly needsBody: boolean;
  readonly event: string | undefined;
  private readonly parts: BucketParts<F>;
  private readonly linker: QuestionLinker<F>;
  private readonly values: ValueGroup<F>[];
  private readonly texts: TextGroup<F>[];
  private readonly gates: GateGroup<F>[];
  private readonly always: LinkedPolicy<F>[];
  private readonly settled = new Map<OutcomeKind, LinkedMeasure<F>[]>();
  private matched: LinkedPolicy<F>[] = [];

  constructor(parts: BucketParts<F>, linker: QuestionLinker<F>) {
    this.parts = parts;
    this.linker = linker;
    this.needsBody = parts.needsBody;
    this.event = parts.outcome?.event;
    const groups: Groups<F> = { values: new Map(), texts: new Map(), gates: new Map() };
    this.always = [];
    for (const policy of parts.policies) this.arrange(policy, groups);
    this.values = [...groups.values.values()];
    this.texts = [...groups.texts.values()];
    this.gates = [...groups.gates.values()].sort((left, right) => left.cost - right.cost);
    for (const measure of parts.finished) {
      for (const kind of measure.ir.outcomes ?? []) appendTo(this.settled, kind, measure);
    }
  }

  private arrange(policy: LinkedPolicy<F>, { values, texts, gates }: Groups<F>): void {
    const { access } = policy;
    switch (access.kind) {
      case "always":
        this.always.push(policy);
        return;
      case "gate": {
        const { ask, cost, ir } = access.predicate;
        const gate = gates.get(ir);
        if (gate) gate.policies.push(policy);
        else gates.set(ir, { ask, cost, policies: [policy] });
        return;
      }
      case "text": {
        const { search, index } = access.search;
        let group = texts.get(search);
        if (!group) {
          group = { read: access.predicate.read ?? (() => undefined), search, byText: new Map() };
          texts.set(search, group);
        }
        appendTo(group.byText, index, policy);
        return;
      }
      case "value": {
        let group = values.get(access.field);
        if (!group) {
          group = { read: access.predicate.read ?? (() => undefined), byValue: new Map() };
          values.set(access.field, group);
        }
        for (const value of access.values) appendTo(group.byValue, value, policy);
      }
    }
  }

  identify(facts: F): Identity {
    return this.parts.identify(facts);
  }

  observe(facts: F, now?: number): void {
    const { arriving } = this.parts;
    if (arriving.length === 0) return;
    this.linker.evaluation.begin(now);
    for (const measure of arriving) measure.count(facts);
  }

  judge(facts: F, now?: number): Decision {
    this.linker.evaluation.begin(now);
    // Left over only if a reader broke its promise and threw during the last request.
    if (this.matched.length > 0) this.matched = [];
    const { values, texts, gates, always, matched } = this;
    for (let index = 0; index < values.length; index++) {
      const group = values[index]!;
      const value = group.read(facts);
      const policies = value === undefined ? undefined : group.byValue.get(value);
      if (policies) this.collect(policies, facts);
    }
    for (let index = 0; index < texts.length; index++) this.collectFound(texts[index]!, facts);
    for (let index = 0; index < gates.length; index++) {
      const gate = gates[index]!;
      if (gate.ask(facts) === yes) this.collect(gate.policies, facts);
    }
    if (always.length > 0) this.collect(always, facts);
    if (matched.length === 0) return unmatched;
    this.matched = [];
    matched.sort((left, right) => left.rank - right.rank);
    return this.parts.decide(matched, facts);
  }

  private collectFound(group: TextGroup<F>, facts: F): void {
    const value = group.read(facts);
    if (typeof value !== "string") return;
    const found = group.search.foundIn(value);
    for (let index = 0; index < found.length; index++) {
      const policies = group.byText.get(found[index]!);
      if (policies) this.collect(policies, facts);
    }
  }

  private collect(policies: readonly LinkedPolicy<F>[], facts: F): void {
    for (let index = 0; index < policies.length; index++) {
      const policy = policies[index]!;
      if (policy.rest(facts) === yes) this.matched.push(policy);
    }
  }

  explain(facts: F, now?: number): PolicyExplanation[] {
    this.linker.evaluation.begin(now);
    return this.parts.policies.map((policy) => this.parts.explain(policy, facts));
  }

  outcome(response: ResponseView): Outcome | undefined {
    return this.parts.outcome?.read(response);
  }

  settle(facts: F, outcome: Outcome, now?: number): void {
    const measures = this.settled.get(outcome.kind);
    if (!measures) return;
    this.linker.evaluation.begin(now);
    for (const measure of measures) measure.count(facts);
  }
}

function appendTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
