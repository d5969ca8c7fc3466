/** From typed IR to a set that decides: everything is joined and arranged here, nothing is parsed or looked up later. */
import type { ResponseTemplate } from "./decision.ts";
import type { GaugePort } from "./gauge-port.ts";
import { decide } from "./link/decide.ts";
import { explainPolicy } from "./link/explain.ts";
import { HostTable } from "./link/host-table.ts";
import { identityReader } from "./link/identity-reader.ts";
import { linkList } from "./link/link-lists.ts";
import { LinkedBucket } from "./link/linked-bucket.ts";
import type { LinkedMeasure } from "./link/linked-measure.ts";
import { type LinkedPolicy, linkPolicyRules } from "./link/linked-policy.ts";
import { OutcomeReader } from "./link/outcome-reader.ts";
import { QuestionLinker } from "./link/question-linker.ts";
import { RouteTable } from "./link/route-table.ts";
import { TargetIndex } from "./link/target-index.ts";
import type { ListPort } from "./list-port.ts";
import { type AppIr, irVersion, type PolicyIr, type RouteIr } from "./policy-ir.ts";
import type {
  AppSummary,
  Bucket,
  Identity,
  Place,
  PolicySet,
  PolicySummary,
  RouteSummary,
} from "./policy-set.ts";
import type { Scheme } from "./scheme.ts";

/** What a set reaches outside of itself. */
export interface LinkPorts {
  readonly gauges: GaugePort;
  readonly lists: ListPort;
}

/** Makes a set that decides, without parsing policy text. Throws only on an IR of another version. */
export function linkPolicies<F>(ir: PolicyIr, scheme: Scheme<F>, ports: LinkPorts): PolicySet<F> {
  return linkWith(ir, scheme, ports, { useIndex: true });
}

/** As `linkPolicies`; without the index every policy is asked in full, which must decide the same. */
export function linkWith<F>(
  ir: PolicyIr,
  scheme: Scheme<F>,
  ports: LinkPorts,
  options: { readonly useIndex: boolean },
): PolicySet<F> {
  if (ir.irVersion !== irVersion) throw new Error(`policy IR has version ${ir.irVersion}, not ${irVersion}`);
  return new SetLinker(ir, scheme, ports, options.useIndex).link();
}

interface AppTable<F> {
  readonly elsewhere: Place<F>;
  readonly routes: RouteTable<Place<F>>;
}

class SetLinker<F> {
  private readonly ir: PolicyIr;
  private readonly linker: QuestionLinker<F>;
  private readonly policies: TargetIndex<LinkedPolicy<F>>;
  private readonly measures: TargetIndex<LinkedMeasure<F>>;
  private readonly responses: readonly ResponseTemplate[];

  constructor(ir: PolicyIr, scheme: Scheme<F>, ports: LinkPorts, useIndex: boolean) {
    this.ir = ir;
    this.responses = ir.responses;
    const lists = ir.lists.map((list) => linkList(list, ports.lists));
    this.linker = new QuestionLinker(ir, scheme, ports.gauges, lists);
    this.policies = new TargetIndex();
    const linked = linkPolicyRules(ir.policies, this.linker, useIndex);
    for (const policy of linked) for (const target of policy.ir.targets) this.policies.add(target, policy);
    // Only the measures that a policy reads were opened, and only they are counted.
    this.measures = new TargetIndex();
    for (const measure of this.linker.measures.values()) this.measures.add(measure.ir.target, measure);
  }

  link(): PolicySet<F> {
    const hosts = new HostTable<AppTable<F>>();
    const apps = this.ir.apps.map((app) => {
      const summary = summaryOf(app);
      const table = this.tableOf(app, summary);
      for (const host of app.hosts) hosts.add(host, table);
      return summary;
    });
    return {
      hash: this.ir.hash,
      apps,
      policies: this.ir.policies.map(policySummary),
      place: (host, method, path) => {
        const app = hosts.find(host);
        const match = app?.routes.find(method, path);
        if (!match) return app?.elsewhere;
        // Places of routes without parameters are shared between requests.
        if (match.value.pathParameters === match.parameters) return match.value;
        return { ...match.value, pathParameters: match.parameters };
      },
    };
  }

  private tableOf(app: AppIr, summary: AppSummary): AppTable<F> {
    const identify = identityReader(app, this.linker);
    const routes = new RouteTable<Place<F>>();
    const placeOf = (route: RouteIr | undefined, routeSummary: RouteSummary | undefined): Place<F> => ({
      app: summary,
      route: routeSummary,
      tags: [...new Set([...app.tags, ...(route?.tags ?? [])])],
      pathParameters: RouteTable.noParameters,
      bucket: this.bucketOf(app, route, identify),
    });
    for (const [index, route] of app.routes.entries()) {
      routes.add(route.method, route.path, placeOf(route, summary.routes[index]));
    }
    return { elsewhere: placeOf(undefined, undefined), routes };
  }

  private bucketOf(app: AppIr, route: RouteIr | undefined, identify: (facts: F) => Identity): Bucket<F> {
    const tags = [...app.tags, ...(route?.tags ?? [])];
    const policies = this.policies.covering(app.name, route?.name, tags);
    const measures = this.measures.covering(app.name, route?.name, tags);
    const outcome = app.outcomes.find((one) => route && one.routes.includes(route.name));
    return new LinkedBucket(
      {
        policies: policies.sort((left, right) => left.rank - right.rank),
        arriving: measures.filter((measure) => measure.ir.outcomes === undefined),
        finished: outcome ? measures.filter((measure) => measure.ir.outcomes !== undefined) : [],
        outcome: outcome && new OutcomeReader(outcome),
        needsBody: this.needsBody(app, policies, measures, outcome !== undefined),
        identify,
        explain: (policy, facts) => explainPolicy(policy, facts, this.linker, this.ir),
        decide: (matched, facts) => decide(matched, facts, this.linker, this.ir, this.responses),
      },
      this.linker,
    );
  }

  // Identities in bodies are read only where they matter: at events, and where a live question is about them.
  private needsBody(
    app: AppIr,
    policies: readonly LinkedPolicy<F>[],
    measures: readonly LinkedMeasure<F>[],
    hasOutcome: boolean,
  ): boolean {
    const indices = new Map(Array.from(this.linker.measures, ([index, measure]) => [measure, index]));
    const read = new Set(policies.flatMap((policy) => [...policy.measures]));
    for (const measure of measures) read.add(indices.get(measure) ?? -1);
    read.delete(-1);
    const ofMeasures = Array.from(read, (index) => this.ir.measures[index]!);
    if (policies.some((policy) => policy.needsBody)) return true;
    if (Array.from(read).some((index) => this.linker.measureNeedsBody(index))) return true;
    const sources = app.identify
      .filter((identify) => identify.what !== "password")
      .flatMap((one) => one.sources);
    if (!sources.some((source) => this.linker.row(source)?.needsBody === true)) return false;
    const named = new Set(policies.flatMap((policy) => [...policy.fields]));
    for (const measure of ofMeasures) {
      for (const field of [...measure.by, ...(measure.value ? [measure.value] : [])]) named.add(field.field);
    }
    return hasOutcome || named.has("username") || named.has("session");
  }
}

function summaryOf(app: AppIr): AppSummary {
  const { name, hosts, tags, origin } = app;
  return { name, hosts, tags, origin, routes: app.routes.map((route) => ({ ...route })) };
}

function policySummary(policy: PolicyIr["policies"][number]): PolicySummary {
  const { name, targetText, mode, priority, effectsText, owner, reason, file, line, source } = policy;
  return {
    name,
    target: targetText,
    mode,
    priority,
    effects: effectsText,
    owner,
    reason,
    file,
    line,
    source,
  };
}
