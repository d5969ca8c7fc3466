/** The policies and measures of one app and route, arranged so that a request touches only what it may match. */
import { type Decision, type PolicyExplanation, unmatched } from "../decision.ts";
import type { LearnedFrom } from "../policy-ir.ts";
import type { Bucket, Cluster, Identity, Outcome, ResponseView } from "../policy-set.ts";
import type { BucketSafety } from "../safety/bucket-safety.ts";
import { Arrangement } from "./arrangement.ts";
import { yes } from "./evaluation.ts";
import type { Feed } from "./evidence-linker.ts";
import type { LinkedCluster } from "./linked-cluster.ts";
import type { LinkedMeasure } from "./linked-measure.ts";
import type { LinkedPolicy } from "./linked-policy.ts";
import type { OutcomeReader } from "./outcome-reader.ts";
import type { PolicyCosts } from "./policy-costs.ts";
import type { QuestionLinker } from "./question-linker.ts";
import { Sieve } from "./sieve.ts";
import type { SieveUse } from "./sieve-plan.ts";

/** What a bucket is made of. */
export interface BucketParts<F> {
  readonly policies: readonly LinkedPolicy<F>[];
  /** What is told of requests as they come, and of finished ones; in order. */
  readonly arriving: readonly Feed<F>[];
  readonly finished: readonly Feed<F>[];
  /** Measures of unproven attempts. */
  readonly attempts: readonly Feed<F>[];
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
  readonly costs: PolicyCosts;
  readonly decide: (matched: readonly LinkedPolicy<F>[], facts: F) => Decision;
  readonly explain: (policy: LinkedPolicy<F>, facts: F) => PolicyExplanation;
}

/** Every so many requests policies are timed, and a few predicates asked only to count how often they hold. */
const usualRequestsPerSample = 256;
const predicatesPerSample = 8;

/** Whose password was right; the second step of a challenge is another event. */
const provenKinds: ReadonlySet<string> = new Set(["success", "challenge"]);

/** How a bucket is arranged; whatever is chosen, it decides the same. */
export interface BucketOptions {
  /** Look-ups lead to further look-ups even where that costs more than asking. */
  readonly alwaysNests?: boolean;
  /** Whether policies are sieved; by their number unless told. */
  readonly sieves?: SieveUse;
  /** Requests between two at which it is counted which predicates hold. */
  readonly requestsPerSample?: number;
}

/** A bucket; one for each route of each app. */
export class LinkedBucket<F> implements Bucket<F> {
  readonly needsBody: boolean;
  readonly event: string | undefined;
  readonly learns: readonly LearnedFrom[] | undefined;
  private readonly parts: BucketParts<F>;
  private readonly linker: QuestionLinker<F>;
  private arrangement: Sieve<F> | Arrangement<F>;
  /** Those that read labels, after those that give them. */
  private readonly labelled: LinkedPolicy<F>[];
  /** Of the arriving requests' measures those that learn what is usual. */
  private readonly learning: readonly LinkedMeasure<F>[];
  /** Requests that were stopped or labelled: what a campaign does is never usual. */
  private readonly campaign = new WeakSet<object>();
  private readonly isLearning: boolean;
  private matched: LinkedPolicy<F>[] = [];
  /** Predicates that policies can be reached by. */
  private readonly sampled: readonly number[];
  private readonly requestsPerSample: number;
  private readonly alwaysNests: boolean;
  private readonly sieves: SieveUse;
  private untilSample: number;
  private sampleAt = 0;
  /** Policies that the last sampled request reached. */
  private reached = 0;
  private byName: ReadonlyMap<string, LinkedPolicy<F>> | undefined;

  constructor(parts: BucketParts<F>, linker: QuestionLinker<F>, options: BucketOptions) {
    const { requestsPerSample = usualRequestsPerSample, alwaysNests = false, sieves = "some" } = options;
    this.requestsPerSample = requestsPerSample;
    this.untilSample = requestsPerSample;
    this.alwaysNests = alwaysNests;
    this.sieves = sieves;
    this.parts = parts;
    this.linker = linker;
    this.needsBody = parts.needsBody;
    this.event = parts.outcome?.event;
    this.learns = parts.learns;
    this.labelled = parts.policies
      .filter((policy) => policy.level > 0)
      .sort((left, right) => left.level - right.level);
    this.arrangement = this.arranged();
    this.sampled = [
      ...new Set(parts.policies.flatMap(({ candidates }) => candidates.map(({ index }) => index))),
    ];
    this.learning = [...parts.arriving, ...parts.attempts].flatMap(({ measure }) =>
      measure ? [measure] : [],
    );
    this.isLearning = this.learning.length > 0 || parts.finished.some(({ measure }) => measure);
  }

  private arranged(): Sieve<F> | Arrangement<F> {
    const first = this.parts.policies.filter((policy) => policy.level === 0);
    const { rates, fieldValues } = this.linker;
    const sieve = this.alwaysNests ? undefined : Sieve.of(first, fieldValues, rates, this.sieves);
    return sieve ?? Arrangement.of(first, rates, this.alwaysNests);
  }

  /** Arranges the policies anew by what was counted since. */
  tune(): void {
    this.arrangement = this.arranged();
  }

  identify(facts: F): Identity {
    return this.parts.identify(facts);
  }

  observe(facts: F, now?: number): void {
    const { arriving, attempts } = this.parts;
    if (arriving.length === 0 && attempts.length === 0) return;
    this.linker.evaluation.begin(now);
    for (const feed of arriving) feed.take(facts, undefined);
    for (const feed of attempts) feed.attempts?.attempt(facts);
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
    if (matched.length > 1) sortByRank(matched);
    return this.learn(this.parts.guard(this.parts.decide(matched, facts), facts), facts);
  }

  private collectAll(facts: F): void {
    if (--this.untilSample === 0) {
      this.sample(facts);
      return;
    }
    this.arrangement.collect(facts, this.matched);
    if (this.labelled.length > 0) this.collectLabelled(facts, undefined);
  }

  private sample(facts: F): void {
    this.untilSample = this.requestsPerSample;
    const { costs, policies } = this.parts;
    costs.begin(policies, this.reached);
    this.arrangement.collect(facts, this.matched, costs);
    if (this.labelled.length > 0) this.collectLabelled(facts, costs);
    this.reached = costs.reachedNow;
    this.countHeld(facts);
  }

  // Within the evaluation, so that most answers are remembered ones; asking changes nothing.
  private countHeld(facts: F): void {
    const { sampled, linker } = this;
    for (let count = Math.min(predicatesPerSample, sampled.length); count > 0; count--) {
      this.sampleAt = (this.sampleAt + 1) % sampled.length;
      const predicate = sampled[this.sampleAt]!;
      linker.rates.count(predicate, linker.predicate(predicate).ask(facts) === yes);
    }
  }

  private learn(decision: Decision, facts: F): Decision {
    const isStopped = decision.action.kind !== "allow";
    if (isStopped) this.parts.safety.stopped();
    else for (const { attempts } of this.parts.attempts) attempts?.commit(facts);
    if (!this.isLearning) return decision;
    const isCampaign = isStopped || decision.labels.length > 0;
    if (isCampaign && typeof facts === "object" && facts !== null) this.campaign.add(facts);
    for (const measure of this.learning) measure.learn(facts, isCampaign);
    return decision;
  }

  private isCampaign(facts: F): boolean {
    return typeof facts === "object" && facts !== null && this.campaign.has(facts);
  }

  // Only policies in force give labels: what one in shadow would have given changes nothing.
  private collectLabelled(facts: F, costs: PolicyCosts | undefined): void {
    const give = (policy: LinkedPolicy<F>) => {
      if (policy.ir.mode !== "enforce" || policy.withheld?.(facts) !== undefined) return;
      if (this.parts.safety.switched(policy.ir.name) === undefined) {
        policy.ir.labels.forEach(this.parts.give);
      }
    };
    this.matched.forEach(give);
    for (const policy of this.labelled) {
      const started = costs?.start() ?? 0;
      const isMatch = policy.matches(facts) === yes;
      costs?.end(policy.rank, started, isMatch);
      if (!isMatch) continue;
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

  clusters(facts: F, now?: number): readonly Cluster[] | undefined {
    this.linker.evaluation.begin(now);
    if (this.parts.safety.isKnownGood(facts)) return undefined;
    return this.parts.policies.flatMap((policy) =>
      policy
        .clusters()
        .flatMap((cluster) => (cluster.wouldTake(facts) ? (idOf(policy, cluster, facts) ?? []) : [])),
    );
  }

  clustersOf(name: string, facts: F): readonly Cluster[] {
    this.byName ??= new Map(this.parts.policies.map((policy) => [policy.ir.name, policy]));
    const policy = this.byName.get(name);
    return policy?.clusters().flatMap((cluster) => idOf(policy, cluster, facts) ?? []) ?? [];
  }

  settle(facts: F, outcome: Outcome, now?: number): void {
    const { finished, attempts, safety } = this.parts;
    if (finished.length === 0 && attempts.length === 0 && !safety.listens) return;
    this.linker.evaluation.begin(now);
    if (provenKinds.has(outcome.kind)) for (const feed of attempts) feed.attempts?.takeBack(facts);
    safety.settle(facts, outcome);
    for (const feed of finished) {
      const { outcomes, measure } = feed;
      if (outcomes !== "any" && outcomes?.includes(outcome.kind) !== true) continue;
      feed.take(facts, outcome);
      measure?.learn(facts, outcome.kind === "stopped" || this.isCampaign(facts));
    }
  }

  withdraw(facts: F, now?: number): void {
    const { attempts } = this.parts;
    if (attempts.length === 0) return;
    this.linker.evaluation.begin(now);
    for (const feed of attempts) feed.attempts?.takeBack(facts);
  }

  ended(facts: F, status: number, outcome: Outcome | undefined, now?: number): void {
    const { safety } = this.parts;
    if (!safety.listens) return;
    this.linker.evaluation.begin(now);
    safety.ended(facts, status, outcome);
  }
}

function idOf<F>({ ir }: LinkedPolicy<F>, cluster: LinkedCluster<F>, facts: F): Cluster | undefined {
  const key = cluster.keyOf(facts);
  if (key === undefined) return undefined;
  const { isWide, lookBackMs, part } = cluster;
  return { id: `${ir.name}\n${part === "" ? "" : `${part}\n`}${key}`, isWide, lookBackMs };
}

/** A handful is sorted faster in place than by asking a function about each pair; many are not. */
const mostInserted = 12;

function sortByRank(policies: { readonly rank: number }[]): void {
  if (policies.length > mostInserted) {
    policies.sort((left, right) => left.rank - right.rank);
    return;
  }
  for (let index = 1; index < policies.length; index++) {
    const policy = policies[index]!;
    let at = index;
    for (; at > 0 && policies[at - 1]!.rank > policy.rank; at--) policies[at] = policies[at - 1]!;
    policies[at] = policy;
  }
}
