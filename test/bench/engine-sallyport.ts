/** The policy language on a world's rules: the judge stage as the pipeline runs it. */
import {
  compilePolicies,
  linkPolicies,
  type PolicyIr,
  type SourceFile,
  tuningSteps,
} from "../../dsl/index.ts";
import type { NetworkFacts } from "../../src/describe/fact-sources.ts";
import { Facts } from "../../src/describe/facts.ts";
import { scheme } from "../../src/describe/field-table.ts";
import { sampleRequest } from "../../src/describe/sample-request.ts";
import { RequestPrints } from "../../src/fingerprint/request-prints.ts";
import { GaugeStore } from "../../src/gauge/gauge-store.ts";
import { judgeRequest, placeRequest } from "../../src/judge/judgement.ts";
import type { Engine } from "./engine.ts";
import type { Condition, RuleWorld, Sample } from "./rule-world.ts";
import { threadMicros } from "./thread-micros.ts";

const policiesPerFile = 1_000;
const noFiles = { read: () => undefined };

/** The engine, and what is known of how it was made. */
export interface SallyportEngine extends Engine {
  /** Ms to compile the text, and to link the compiled form. */
  readonly compileMs: number;
  readonly linkMs: number;
  /** Judges a sample whose facts have been read before: what is left is the language itself. */
  judgeAgain(sample: number): unknown;
  /** Arranges the policies by what was counted of the decisions so far, as the live set does each minute. */
  tune(): void;
}

/** Loads a world; throws when the generated text does not compile. Each decision is a millisecond after the last. */
export function sallyportEngine(world: RuleWorld, samples: readonly Sample[]): SallyportEngine {
  const begin = threadMicros();
  const ir = compile(policyFiles(world));
  const compiled = threadMicros();
  const gauges = new GaugeStore({ maxBytes: 268_435_456 });
  const set = linkPolicies(ir, scheme, { gauges, lists: noFiles });
  const linked = threadMicros();
  const live = { set, revision: 1, files: [], since: 0 };
  const requests = samples.map((sample) => sampleRequest(requestOf(sample)));
  const networks = samples.map(networkOf);
  let now = 1_800_000_000_000;
  const factsOf = (sample: number) => {
    const facts = new Facts(requests[sample]!, now++);
    facts.network = networks[sample]!;
    facts.prints = new RequestPrints(facts);
    return facts;
  };
  const readSample = (index: number) => {
    const facts = factsOf(index);
    const place = placeRequest(facts, live);
    if (!place?.route) throw new Error(`no route for ${facts.method} ${facts.path}`);
    judgeRequest(facts, place);
    return { facts, bucket: place.bucket };
  };
  // Only when it is asked for: whoever wants the first decisions wants no other before them.
  let read: readonly ReturnType<typeof readSample>[] | undefined;
  const decide = (sample: number) => {
    const facts = factsOf(sample);
    return judgeRequest(facts, placeRequest(facts, live)!);
  };
  return {
    name: "sallyport",
    compileMs: (compiled - begin) / 1000,
    linkMs: (linked - compiled) / 1000,
    decide,
    tune: () => {
      for (const _ of tuningSteps(set)) continue;
    },
    matching: (sample) => decide(sample).matches.map((match) => match.policy),
    judgeAgain: (sample) => {
      read ??= samples.map((_, index) => readSample(index));
      const { facts, bucket } = read[sample]!;
      return bucket.judge(facts, now);
    },
  };
}

function compile(files: readonly SourceFile[]): PolicyIr {
  const { ir, diagnostics } = compilePolicies(files, scheme, noFiles);
  if (!ir) {
    const { code, message, line } = diagnostics.find(({ severity }) => severity === "error")!;
    throw new Error(`the generated policies do not compile: ${code} ${message} (line ${line})`);
  }
  return ir;
}

function requestOf(sample: Sample): Parameters<typeof sampleRequest>[0] {
  const { method, target, headers, ip, email } = sample;
  if (email === undefined) return { method, target, headers, ip };
  return {
    method,
    target,
    headers,
    ip,
    body: JSON.stringify({ email, password: "correct horse", remember: true }),
  };
}

function networkOf(sample: Sample): NetworkFacts {
  const { asn, country, networkClass } = sample;
  return { asn, asName: `AS${asn}`, country, networkClass };
}

/** The world as policy text. */
export function policyFiles(world: RuleWorld): SourceFile[] {
  const routes = world.routes.map((route) => `  route ${route.name} ${route.method} ${route.path}`);
  const lists = [
    ...world.networkLists.map((list, index) => `list networks${index}: cidr = [${list.join(", ")}]`),
    ...world.asnLists.map((list, index) => `list asns${index}: asn = [${list.join(", ")}]`),
  ];
  const measures = world.measures.map(
    ({ name, route }) => `measure ${name} = count at shop.${world.routes[route]?.name} by ip over 10m`,
  );
  const app = `app shop {\n  hosts api.shop.example\n${routes.join("\n")}\n  identify username = body.email\n}`;
  const files = [{ name: "world.policy", text: [app, ...lists, ...measures, ""].join("\n") }];
  for (let start = 0; start < world.rules.length; start += policiesPerFile) {
    const policies = world.rules.slice(start, start + policiesPerFile).map((rule) => {
      const when = rule.conditions.map((condition) => conditionText(condition, world)).join("  ");
      const route = world.routes[rule.route]?.name;
      return `policy ${rule.name} on shop.${route} {\n  mode enforce\n  when { ${when} }\n  then { block }\n}\n`;
    });
    files.push({ name: `policies${start}.policy`, text: policies.join("\n") });
  }
  return files;
}

function conditionText(condition: Condition, world: RuleWorld): string {
  switch (condition.kind) {
    case "equals":
      return `${condition.field} = ${JSON.stringify(condition.text)}`;
    case "starts":
    case "ends":
    case "contains":
      return `${condition.field} ${condition.kind} ${JSON.stringify(condition.text)}`;
    case "oneOf":
      return `${condition.field} in [${condition.texts.join(", ")}]`;
    case "listed":
      return `${condition.field} in ${condition.field === "ip" ? "networks" : "asns"}${condition.list}`;
    case "matches":
      return `${condition.field} matches /${condition.pattern.replaceAll("/", "\\/")}/`;
    case "missing":
      return `${condition.field} missing`;
    case "above":
      return `${world.measures[condition.measure]?.name} > ${condition.bound}`;
  }
}
