/** The policies and measures of one app and route, arranged so that a request touches only what it may match. */
import { type Decision, type PolicyExplanation, unmatched } from "../decision.ts";
import type { LearnedFrom } from "../policy-ir.ts";
import type { Bucket, Identity, Outcome, ResponseView } from "../policy-set.ts";
import type { BucketSafety } from "../safety/bucket-safety.ts";
import type { FieldReader } from "../scheme.ts";
import { type Question, yes } from "./evaluation.ts";
import type { Feed } from "./evidence-linker.ts";
import type { LinkedMeasure } from "./linked-measure.ts";
import type { LinkedPolicy } from "./linked-policy.ts";
import type { OutcomeReader } from "./outcome-reader.ts";
import type { QuestionLinker } from "./question-linker.ts";
import type { TextSearch } from "./text-search.ts";

/** What a bucket is made of. */
export interface BucketParts<F> {
  readonly policies: readonly LinkedPolicy<F>[];
  /** What is told of requests as they come, and of finished ones; in order. */
  readonly arriving: readonly Feed<F>[];
  readonly finished: readonly Feed<F>[];
  readonly needsBody: boolean;
  readonly outcome: OutcomeReader | undefined;
  readonly learns: readonly LearnedFrom[] | undefined;
  readonly identify: (facts: F) => Identity;
  readonly issuedSession: ((response: ResponseView) => string | undefined) | undefined;
  /** The session that an answer issues is in its body. */
  readonly issuesInBody: boolean;
  /** What the app says of requests that cannot be read. */
  readonly guard: (decision: Decision, facts: F) => Decision;
  /** Gives the request a label. */
  readonly give: (label: string) => void;
  readonly safety: BucketSafety<F>;
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
  readonly learns: readonly LearnedFrom[] | undefined;
  private readonly parts: BucketParts<F>;
  private readonly linker: QuestionLinker<F>;
  private readonly values: ValueGroup<F>[];
  private readonly texts: TextGroup<F>[];
  private readonly gates: GateGroup<F>[];
  private readonly always: LinkedPolicy<F>[];
  /** Those that read labels, after those that give them. */
  private readonly labelled: LinkedPolicy<F>[];
  /** Of the arriving requests' measures those that learn what is usual. */
  private readonly learning: readonly LinkedMeasure<F>[];
  /** Requests that were stopped or labelled: what a campaign does is never usual. */
  private readonly campaign = new WeakSet<object>();
  private readonly isLearning: boolean;
  private matched: LinkedPolicy<F>[] = [];

  constructor(parts: BucketParts<F>, linker: QuestionLinker<F>) {
    this.parts = parts;
    this.linker = linker;
    this.needsBody = parts.needsBody;
    this.event = parts.outcome?.event;
    this.learns = parts.learns;
    const groups: Groups<F> = { values: new Map(), texts: new Map(), gates: new Map() };
    this.always = [];
    this.labelled = parts.policies
      .filter((policy) => policy.level > 0)
      .sort((left, right) => left.level - right.level);
    for (const policy of parts.policies) if (policy.level === 0) this.arrange(policy, groups);
    this.values = [...groups.values.values()];
    this.texts = [...groups.texts.values()];
    this.gates = [...groups.gates.values()].sort((left, right) => left.cost - right.cost);
    this.learning = parts.arriving.flatMap(({ measure }) => (measure ? [measure] : []));
    this.isLearning = [...parts.arriving, ...parts.finished].some(({ measure }) => measure);
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
    for (const feed of arriving) feed.take(facts, undefined);
  }

  judge(facts: F, now?: number): Decision {
    this.linker.evaluation.begin(now);
    this.parts.safety.arrive(facts);
    // Left over only if a reader broke its promise and threw during the last request.
    if (this.matched.length > 0) this.matched = [];
    this.collectAll(facts);
    const { matched } = this;
    if (matched.length === 0) return this.learn(this.parts.guard(unmatched, facts), facts);
    this.matched = [];
    matched.sort((left, right) => left.rank - right.rank);
    return this.learn(this.parts.guard(this.parts.decide(matched, facts), facts), facts);
  }

  private collectAll(facts: F): void {
    const { values, texts, gates, always } = this;
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
    if (this.labelled.length > 0) this.collectLabelled(facts);
  }

  private learn(decision: Decision, facts: F): Decision {
    if (decision.action.kind !== "allow") this.parts.safety.stopped();
    if (!this.isLearning) return decision;
    const isCampaign = decision.action.kind !== "allow" || decision.labels.length > 0;
    if (isCampaign && typeof facts === "object" && facts !== null) this.campaign.add(facts);
    for (const measure of this.learning) measure.learn(facts, isCampaign);
    return decision;
  }

  private isCampaign(facts: F): boolean {
    return typeof facts === "object" && facts !== null && this.campaign.has(facts);
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

  // Only policies in force give labels: what one in shadow would have given changes nothing.
  private collectLabelled(facts: F): void {
    const give = (policy: LinkedPolicy<F>) => {
      if (policy.ir.mode !== "enforce" || policy.withheld?.(facts) !== undefined) return;
      if (this.parts.safety.switched(policy.ir.name) === undefined) {
        policy.ir.labels.forEach(this.parts.give);
      }
    };
    this.matched.forEach(give);
    for (const policy of this.labelled) {
      if (policy.rest(facts) !== yes) continue;
      this.matched.push(policy);
      give(policy);
    }
  }

  explain(facts: F, now?: number): PolicyExplanation[] {
    this.linker.evaluation.begin(now);
    // Clauses may ask for the labels that other policies give to this request.
    if (this.labelled.length > 0) this.collectAll(facts);
    this.matched = [];
    return this.parts.policies.map((policy) => this.parts.explain(policy, facts));
  }

  outcome(response: ResponseView): Outcome | undefined {
    return this.parts.outcome?.read(response);
  }

  needsResponseBody(head: ResponseView): boolean {
    const { outcome, issuesInBody } = this.parts;
    if (!outcome) return false;
    return outcome.needsBody(head) || (issuesInBody && outcome.read(head)?.kind === "success");
  }

  issuedSession(response: ResponseView): string | undefined {
    return this.parts.issuedSession?.(response);
  }

  settle(facts: F, outcome: Outcome, now?: number): void {
    const { finished, safety } = this.parts;
    if (finished.length === 0 && !safety.listens) return;
    this.linker.evaluation.begin(now);
    safety.settle(facts, outcome);
    for (const feed of finished) {
      const { outcomes, measure } = feed;
      if (outcomes !== "any" && outcomes?.includes(outcome.kind) !== true) continue;
      feed.take(facts, outcome);
      measure?.learn(facts, outcome.kind === "stopped" || this.isCampaign(facts));
    }
  }

  ended(facts: F, status: number, outcome: Outcome | undefined, now?: number): void {
    const { safety } = this.parts;
    if (!safety.listens) return;
    this.linker.evaluation.begin(now);
    safety.ended(facts, status, outcome);
  }
}

function appendTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
