/** From typed IR to a set that decides: everything is joined and arranged here, nothing is parsed or looked up later. */
import { AddressTable } from "./link/address-table.ts";
import { appGuard } from "./link/app-guard.ts";
import { AppPlaces, type RouteCondition } from "./link/app-places.ts";
import { decide } from "./link/decide.ts";
import type { Feed } from "./link/evidence-linker.ts";
import { explainPolicy } from "./link/explain.ts";
import { HostTable } from "./link/host-table.ts";
import { identityReader, issuedSessionReader, issuesInBody } from "./link/identity-reader.ts";
import { learnedFrom, learnedNames } from "./link/learned-from.ts";
import { linkList, type PreparedList, prepareList } from "./link/link-lists.ts";
import { type BucketOptions, LinkedBucket } from "./link/linked-bucket.ts";
import { type LinkedPolicy, policyLinker } from "./link/linked-policy.ts";
import type { LinkedResponse } from "./link/linked-response.ts";
import { linkRisk } from "./link/linked-risk.ts";
import { withTells } from "./link/linked-tells.ts";
import { OutcomeReader } from "./link/outcome-reader.ts";
import { PolicyCosts } from "./link/policy-costs.ts";
import { QuestionLinker } from "./link/question-linker.ts";
import { Reasons } from "./link/reasons.ts";
import { RouteTable } from "./link/route-table.ts";
import { Selectivity } from "./link/selectivity.ts";
import { TargetIndex } from "./link/target-index.ts";
import type { LinkedList } from "./link/test-value.ts";
import type { ListPort } from "./list-port.ts";
import {
  type AppIr,
  type FrontIr,
  irVersion,
  type LearnedFrom,
  type PolicyIr,
  type RouteIr,
} from "./policy-ir.ts";
import type {
  AppSummary,
  Bucket,
  FrontHeaders,
  Identity,
  Place,
  PolicySet,
  PolicySummary,
  RouteSummary,
} from "./policy-set.ts";
import { SafetyLinker } from "./safety/safety-linker.ts";
import { idleSafety, type SafetyPort } from "./safety-port.ts";
import type { IpValue, Scheme } from "./scheme.ts";
import type { StatePorts } from "./state-ports.ts";

/** What a set reaches outside of itself. */
export interface LinkPorts {
  readonly gauges: StatePorts;
  readonly lists: ListPort;
  /** The set's lists in their order, where another thread has read them already. */
  readonly prepared?: readonly PreparedList[];
  /** Secret of the host: without it nobody can work out who is outside of a rollout, or what a fake value will be. */
  readonly salt?: string;
  /** Without it nothing is switched off, and counts last as long as the linked set. */
  readonly safety?: SafetyPort;
  /** Part of known good people that guards let through by lot; the usual share unless told. */
  readonly holdout?: number;
}

/** Makes a set that decides, without parsing policy text. Throws only on an IR of another version. */
export function linkPolicies<F>(ir: PolicyIr, scheme: Scheme<F>, ports: LinkPorts): PolicySet<F> {
  return linkWith(ir, scheme, ports, { useIndex: true });
}

/** How a set is arranged; whatever is chosen, it decides the same. */
export interface LinkOptions extends BucketOptions {
  /** Without the index every policy is asked in full. */
  readonly useIndex: boolean;
  /** How often predicates hold; counted from nothing if left out. */
  readonly rates?: Selectivity;
  /** What policies cost; measured from nothing if left out. */
  readonly costs?: PolicyCosts;
}

/** As `linkPolicies`, arranged as told. */
export function linkWith<F>(
  ir: PolicyIr,
  scheme: Scheme<F>,
  ports: LinkPorts,
  options: LinkOptions,
): PolicySet<F> {
  const steps = linkSteps(ir, scheme, ports, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * As `linkPolicies`, in steps of a millisecond or so, between which requests can be judged; what was counted of the
 * requests that `before` judged arranges the new set.
 */
export function linkingSteps<F>(
  ir: PolicyIr,
  scheme: Scheme<F>,
  ports: LinkPorts,
  before: PolicySet<F> | undefined,
): Generator<undefined, PolicySet<F>> {
  const known = before && tunings.get(before);
  const rates = new Selectivity(ir.predicates, known?.rates);
  const costs = new PolicyCosts(ir.policies, known?.costs);
  return linkSteps(ir, scheme, ports, { useIndex: true, rates, costs });
}

function* linkSteps<F>(
  ir: PolicyIr,
  scheme: Scheme<F>,
  ports: LinkPorts,
  options: LinkOptions,
): Generator<undefined, PolicySet<F>> {
  if (ir.irVersion !== irVersion) throw new Error(`policy IR has version ${ir.irVersion}, not ${irVersion}`);
  const lists: LinkedList[] = [];
  for (const [index, list] of ir.lists.entries()) {
    lists.push(yield* linkList(ports.prepared?.[index] ?? prepareList(list, ports.lists)));
  }
  yield undefined;
  return yield* new SetLinker(ir, scheme, ports, options, lists).steps();
}

/** Arranges a set's policies anew by what was counted of its requests, a bucket a step; it decides as before. */
export function* tuningSteps(set: PolicySet<never>): Generator<undefined, void> {
  for (const bucket of tunings.get(set)?.buckets ?? []) {
    bucket.tune();
    yield undefined;
  }
}

interface Tuning {
  readonly rates: Selectivity;
  readonly costs: PolicyCosts;
  readonly buckets: readonly { tune(): void }[];
}

const tunings = new WeakMap<object, Tuning>();

/** Policies linked in one step. */
const policiesPerStep = 100;

class SetLinker<F> {
  private readonly ir: PolicyIr;
  private readonly linker: QuestionLinker<F>;
  private readonly policies = new TargetIndex<LinkedPolicy<F>>();
  private readonly feeds = new TargetIndex<Feed<F>>();
  private readonly buckets: LinkedBucket<F>[] = [];
  private readonly reads = new Set<string>();
  private readonly options: LinkOptions;
  private readonly responses: readonly LinkedResponse<F>[];
  private readonly reasons: Reasons<F>;
  private readonly safety: SafetyLinker<F>;
  private readonly lists: readonly LinkedList[];
  private readonly learned: readonly LearnedFrom[];
  private readonly costs: PolicyCosts;

  constructor(
    ir: PolicyIr,
    scheme: Scheme<F>,
    ports: LinkPorts,
    options: LinkOptions,
    lists: readonly LinkedList[],
  ) {
    this.ir = ir;
    this.options = options;
    this.lists = lists;
    const { rates } = options;
    this.linker = new QuestionLinker(ir, scheme, ports.gauges, this.lists, ports.salt ?? "", rates);
    this.responses = ir.responses.map((response) => this.linker.response(response));
    this.reasons = new Reasons(this.linker, ir);
    this.learned = learnedFrom(ir);
    this.costs = options.costs ?? new PolicyCosts(ir.policies, undefined);
    this.safety = new SafetyLinker(ir, this.linker, {
      state: ports.gauges,
      safety: ports.safety ?? idleSafety(),
      salt: ports.salt ?? "",
      holdout: ports.holdout,
    });
  }

  *steps(): Generator<undefined, PolicySet<F>> {
    yield undefined;
    yield* this.linker.prepare();
    yield* this.safety.open();
    yield* this.policySteps();
    // Only the evidence that a policy asks was opened, and only it is kept.
    const feeds = [...this.linker.evidence.feeds(), ...this.safety.feeds()];
    for (const feed of feeds) {
      this.feeds.add(feed.target, feed);
      for (const { field } of feed.fields) this.reads.add(field);
    }
    const hosts = new HostTable<AppPlaces<F>>();
    const apps: AppSummary[] = [];
    for (const app of this.ir.apps) {
      const summary = summaryOf(app);
      apps.push(summary);
      const table = yield* this.placesOf(app, summary);
      for (const host of app.hosts) hosts.add(host, table);
    }
    const set: PolicySet<F> = {
      hash: this.ir.hash,
      apps,
      policies: yield* this.policySummaries(),
      messaging: { webhooks: this.ir.webhooks, channels: this.ir.channels, smtp: this.ir.smtp },
      reads: this.reads,
      learned: this.learned,
      costs: () => this.costs.all(),
      safety: (now) => this.safety.states(now),
      frozen: (now) => this.safety.frozen(now),
      place: (host, method, path) => hosts.find(host)?.find(method, path),
    };
    tunings.set(set, { rates: this.linker.rates, costs: this.costs, buckets: this.buckets });
    return set;
  }

  private *policySummaries(): Generator<undefined, PolicySummary[]> {
    const summaries: PolicySummary[] = [];
    for (const policy of this.ir.policies) {
      summaries.push(policySummary(policy, this.ir.responses));
      if (summaries.length % policiesPerStep === 0) yield undefined;
    }
    return summaries;
  }

  private *policySteps(): Generator<undefined, void> {
    const { policies } = this.ir;
    const link = policyLinker(policies, this.linker, this.options.useIndex);
    for (const [rank, ir] of policies.entries()) {
      const policy = link(ir, rank);
      if (policy) for (const target of ir.targets) this.policies.add(target, policy);
      if (policy) for (const field of policy.fields) this.reads.add(field);
      if (rank % policiesPerStep === policiesPerStep - 1) yield undefined;
    }
  }

  private *placesOf(app: AppIr, summary: AppSummary): Generator<undefined, AppPlaces<F>> {
    const identify = identityReader(app, this.linker);
    const front = linkFronts(app.fronts, this.lists);
    const placeOf = (route: RouteIr | undefined, routeSummary: RouteSummary | undefined): Place<F> => {
      const bucket = this.bucketOf(app, route, identify);
      return {
        app: summary,
        route: routeSummary,
        tags: [...new Set([...app.tags, ...(route?.tags ?? [])])],
        pathParameters: RouteTable.noParameters,
        bucket,
        needsBody: bucket.needsBody,
        choose: undefined,
        front,
        atRisk: linkRisk(app, route?.name, (field) => this.linker.reader(field)),
      };
    };
    const elsewhere = placeOf(undefined, undefined);
    const places = new AppPlaces(
      elsewhere,
      app.isCaseSensitive,
      this.linker.evaluation,
      this.linker.reader({ kind: "field", field: "body.ambiguous", parameter: "" }),
    );
    for (const [index, route] of app.routes.entries()) {
      const place = placeOf(route, summary.routes[index]);
      places.add(route.method, route.path, place, this.conditionOf(route));
      yield undefined;
    }
    return places;
  }

  private learnedAt(app: AppIr, route: RouteIr | undefined): Bucket<F>["learns"] {
    const here = this.learned.filter((from) => from.app === app.name && from.route === route?.name);
    return here.length > 0 ? here : undefined;
  }

  private isLearned({ ir: { stop } }: LinkedPolicy<F>): boolean {
    return stop?.kind === "deceive" && this.ir.responses[stop.response]?.like !== undefined;
  }

  private readsAmount({ atRisk }: AppIr, route: RouteIr | undefined): boolean {
    const here =
      atRisk?.amounts.filter(({ routes }) => route && (routes?.includes(route.name) ?? true)) ?? [];
    return here.some(({ field }) => this.linker.row(field)?.needsBody === true);
  }

  private conditionOf({ when }: RouteIr): RouteCondition<F> | undefined {
    if (when === undefined) return undefined;
    const needsBody = Array.from(this.linker.predicatesIn([when])).some((predicate) => predicate.needsBody);
    return { ask: this.linker.condition(when), needsBody };
  }

  private bucketOf(app: AppIr, route: RouteIr | undefined, identify: (facts: F) => Identity): Bucket<F> {
    const tags = [...app.tags, ...(route?.tags ?? [])];
    const policies = this.policies.covering(app.name, route?.name, tags);
    const covering = this.feeds.covering(app.name, route?.name, tags);
    const feeds = covering.sort((left, right) => left.order - right.order);
    const outcome = app.outcomes.find((one) => route && one.routes.includes(route.name));
    const safety = this.safety.bucket(app.name, policies);
    const deciding = { reasons: this.reasons, responses: this.responses, safety };
    const tells = policies.some((policy) => policy.tells.length > 0);
    const bucket = new LinkedBucket(
      {
        policies: policies.sort((left, right) => left.rank - right.rank),
        arriving: feeds.filter((feed) => feed.outcomes === undefined && !feed.attempts),
        // What no outcome can take back is not counted.
        attempts: outcome ? feeds.filter((feed) => feed.attempts) : [],
        finished: outcome ? feeds.filter((feed) => feed.outcomes !== undefined) : [],
        outcome: outcome && new OutcomeReader(outcome),
        learns: this.learnedAt(app, route),
        needsBody: this.needsBody(app, route, policies, feeds, outcome !== undefined),
        issuedSession: issuedSessionReader(app),
        issuesInBody: issuesInBody(app),
        guard: appGuard(app, route, this.linker),
        identify,
        explain: (policy, facts) => explainPolicy(policy, facts, this.linker, this.ir),
        give: (label) => this.linker.states.give(label),
        safety,
        costs: this.costs,
        decide: (matched, facts) => {
          const decision = decide(matched, facts, deciding);
          if (!tells) return decision;
          return withTells(decision, matched, facts, outcome?.event === "login");
        },
      },
      this.linker,
      this.options,
    );
    this.buckets.push(bucket);
    return bucket;
  }

  // Identities in bodies are read only where they matter: at events, and where a live question is about them.
  private needsBody(
    app: AppIr,
    route: RouteIr | undefined,
    policies: readonly LinkedPolicy<F>[],
    feeds: readonly Feed<F>[],
    hasOutcome: boolean,
  ): boolean {
    if (policies.some((policy) => policy.needsBody)) return true;
    if (this.readsAmount(app, route)) return true;
    // Genuine answers repeat what was submitted, and so must the made-up ones.
    if (this.learnedAt(app, route) || policies.some((policy) => this.isLearned(policy))) return true;
    const fed = feeds.flatMap((feed) => feed.fields);
    if (fed.some((field) => this.linker.row(field)?.needsBody === true)) return true;
    const sources = app.identify
      .filter((identify) => identify.what !== "password")
      .flatMap((one) => one.sources.flatMap((source) => (source.from === "request" ? [source.field] : [])));
    if (!sources.some((source) => this.linker.row(source)?.needsBody === true)) return false;
    const named = new Set(policies.flatMap((policy) => [...policy.fields]));
    for (const { field } of fed) named.add(field);
    const isGuarded = route?.unidentified === "mark" || route?.unidentified === "block";
    return hasOutcome || isGuarded || identityFields.some((field) => named.has(field));
  }
}

/** Fields that come from an app's `identify` lines. */
const identityFields = [
  "username",
  "session",
  "account",
  "unidentified",
  "session.account",
  "session.age",
  "session.stack_changed",
  "account.known",
  "account.new_stack",
  "account.new_net",
  "account.idle",
  "account.risk",
  "account.as_written",
  "session.account_as_written",
  "device_cookie",
];

function summaryOf(app: AppIr): AppSummary {
  const { name, hosts, tags, upstream } = app;
  return {
    name,
    hosts,
    tags,
    origin: upstream.origins.map(({ url }) => url),
    weights: upstream.origins.map(({ weight }) => weight),
    upstream,
    failsClosed: app.fail === "closed",
    ...(app.deviceCookie && { deviceCookie: app.deviceCookie }),
    ...(app.fronts.length > 0 && {
      fronts: app.fronts.map(({ name, headers }) => ({ name, says: Object.keys(headers) })),
    }),
    routes: app.routes.map((route) => ({
      name: route.name,
      method: route.method,
      path: route.path,
      tags: route.tags,
    })),
  };
}

/** Tells what a peer may vouch for; undefined for an app without fronts. */
function linkFronts(
  fronts: readonly FrontIr[],
  lists: readonly LinkedList[],
): ((peer: IpValue) => FrontHeaders | undefined) | undefined {
  if (fronts.length === 0) return undefined;
  const linked = fronts.map(({ from, headers }) => {
    const list: LinkedList | undefined =
      "list" in from ? lists[from.list] : { kind: "addresses", table: new AddressTable(from.cidrs) };
    return { list, headers };
  });
  // The table is looked up at each call: a list that is refreshed has a new one.
  return (peer) => linked.find(({ list }) => list?.kind === "addresses" && list.table.has(peer))?.headers;
}

function policySummary(
  policy: PolicyIr["policies"][number],
  responses: PolicyIr["responses"],
): PolicySummary {
  const learns = learnedNames(policy, responses);
  const { name, targetText, mode, priority, effectsText, adapt, owner, reason, file, line, source } = policy;
  return {
    name,
    target: targetText,
    mode,
    priority,
    effects: effectsText,
    adapt,
    owner,
    reason,
    file,
    line,
    source,
    ...(learns.length > 0 && { learns }),
  };
}
