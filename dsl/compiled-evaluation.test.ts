/** The compiled set decides as the plainest reading of the syntax tree does, in every mode, and so does its stored IR. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { checkPolicies, compilePolicies } from "./compile-policies.ts";
import type { Decision } from "./decision.ts";
import { guessedRate } from "./link/guessed-rate.ts";
import { Selectivity } from "./link/selectivity.ts";
import { type LinkOptions, linkWith, tuningSteps } from "./link-policies.ts";
import type { PastRequest } from "./naive-evidence.ts";
import { NaiveJudge, type NaiveVerdict } from "./naive-judge.ts";
import type { PolicyIr } from "./policy-ir.ts";
import type { PolicySet } from "./policy-set.ts";
import { Report } from "./report.ts";
import { type SampleFacts, sampleIp, sampleLists, sampleScheme } from "./sample-scheme.ts";
import { sampleGauges } from "./sample-state.ts";

const preamble = `
app a {
  tags all_of_it
  route login POST /login tagged auth
  route card GET /cards/:number tagged gift_card, auth
  outcome login at login, card success status 200 failure status 401
}
list asns: asn = [1, 2]
list nets: cidr = [10.0.0.0/9, 10.128.0.0/9, 192.0.2.0/25, 192.0.2.64/26]
list words: text = [x, "y z"]
measure by_net = count at everything by ip.net over 1m
measure users = distinct username at tagged auth.failure by ip.net, method over 1m
measure good = count at a.login.success by ip.net over 10s
measure phase = distinct path at a.failure by ip.country over 1m
measure fails = share login.failure at tagged auth by ip.net over 30s at least 2
measure passes = share login.success, login.stopped at a over 1m at least 1
measure births = new username at everything by ip.net over 5s
measure entries = new ip.country at a.login.success over 20s
measure rhythm = gap at tagged auth by method over 1m at least 3
measure fastest = gap shortest at everything.failure over 1m at least 2
remember home = (ip.country, method) at a.login.success by username for 30s
remember tool = header.user-agent at tagged auth.success by ip.net for 1h
sequence probing by ip.net within 40s { a.login.failure at least 2 then a.card without a.login.success then tagged auth.failure }
sequence clean by method within 1m { a.login.failure at least 2 without a.login.success then everything without a.card }
sequence twice by username within 20s { everything then everything at least 2 without a.card.success }
response fake { status 200 }
`;

const leaves = [
  "ip.asn = 1",
  "ip.asn != AS1",
  "ip.asn in asns",
  "ip.asn in [2, 3]",
  "ip = 10.0.0.1",
  "ip != 10.0.0.1",
  "ip in nets",
  "ip in [192.0.2.0/24, 10.0.0.1]",
  "ip.country = DE",
  "ip.country in [DE, FR]",
  'path = "/login"',
  // Five of one field, so that they are looked for together.
  'path contains "log"',
  'path contains "og"',
  'path contains "/cards/"',
  'path contains "7"',
  'path contains "none of it"',
  'path starts "/l"',
  'path ends "in"',
  "path matches /^\\/(?:login|cards)/",
  "header user-agent matches /BOT/i",
  "header user-agent in words",
  "header user-agent missing",
  "username present",
  'username != "joe"',
  "method = POST",
  "method in [GET, HEAD]",
  "body.size > 10",
  "body.size <= 10",
  "body.amount >= 50",
  "body.amount < 49.5",
  "body.amount = 50",
  "body.amount != 50",
  'body.amount = "50"',
  "body.amount in [50, 49.0]",
  'body.amount in ["50", ten]',
  'body.amount contains "5"',
  "body.note.truncated",
  "body.note.truncated = false",
  "ua.is_bot",
  "ua.is_bot = false",
  "headers.order starts [host, accept]",
  "headers.order contains accept",
  "by_net >= 3",
  "users > 1",
  "good = 0",
  "phase < 2",
  "fails > 50%",
  "fails >= 2x usual",
  "fails < 0.5x usual",
  "fails missing",
  "passes <= 50%",
  "passes > 1.1x usual",
  "births >= 1",
  "entries = 1",
  "rhythm < 5s",
  "rhythm <= 2x usual",
  "fastest < 1500ms",
  "by_net > 0.4x usual",
  "good < 1x usual",
  "fails saturated",
  "home known",
  "home new",
  "home present",
  "home missing",
  "tool known",
  "tool differs header.user-agent",
  "tool saturated",
  "probing",
  "probing = false",
  "clean",
  "twice",
  "twice missing",
  "session.age < 10m",
  "share >= 50%",
  "print_one",
  "print_two = false",
  "print_one != true",
  "print_one >= 1",
  "print_one = 3",
  "print_one != 5",
  "print_two < 7",
  "print_two in [0, 5]",
  "print_two present",
  "print_two missing",
  "labelled a",
  "none { labelled b }",
];
const leaf = fc.constantFrom(...leaves);
const evidence =
  /^(?:by_net|users|good|phase|fails|passes|births|entries|rhythm|fastest|home|tool|probing|twice|clean)\b/;

const condition = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 4, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom("all", "any", "none"), fc.array(tie("node"), { minLength: 1, maxLength: 3 }))
        .map(([kind, parts]) => `${kind} { ${parts.join(" ")} }`),
    },
  ),
})).node;

const conditions = fc
  .array(condition, { minLength: 1, maxLength: 3 })
  .map((parts) => `{ ${parts.join("  ")} }`);

const policy = fc.record({
  target: fc.constantFrom(
    "a",
    "a.login",
    "a.card",
    "tagged auth",
    "tagged all_of_it",
    "everything",
    "a.login, tagged gift_card",
  ),
  mode: fc.constantFrom("enforce", "enforce", "shadow"),
  priority: fc.constantFrom(100, 500, 900),
  when: fc.option(conditions),
  unless: fc.option(conditions, { freq: 3 }),
  effect: fc.constantFrom(
    "block",
    "block 429",
    "deceive fake",
    "label a",
    "label b block",
    "allow from all",
    "allow from p0, p1",
  ),
});

const program = fc
  .record({
    policies: fc.array(policy, { minLength: 2, maxLength: 8 }),
    one: fc.array(
      fc.tuple(
        fc.integer({ min: 1, max: 9 }),
        leaf.filter((text) => !text.startsWith("print_")),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    threshold: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ policies, one, threshold }) => {
    const scores = one.map(([points, text]) => `+${points} ${text}`).join("\n");
    const prints = `fingerprint print_one { ${scores}\n+9 ip.asn = 77 match at ${threshold} }
      fingerprint print_two { +1 print_one +1 any { ip.country = DE ip.asn = 1 } match at 2 }`;
    const texts = policies.map(({ target, mode, priority, when, unless, effect }, index) => {
      const clauses = [when && `when ${when}`, unless && `unless ${unless}`].filter(Boolean).join("\n");
      return `policy p${index} on ${target} { mode ${mode} priority ${priority} ${clauses} then { ${effect} } }`;
    });
    return `${preamble}${prints}\n${texts.join("\n")}`;
  });

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 4 });

const facts: fc.Arbitrary<SampleFacts> = fc.record({
  method: fc.constantFrom("GET", "POST"),
  path: fc.constantFrom("/login", "/cards/7", "/other"),
  ip: maybe(
    fc.constantFrom("10.0.0.1", "10.200.0.9", "192.0.2.70", "192.0.2.200", "203.0.113.9").map(sampleIp),
  ),
  "ip.net": maybe(fc.constantFrom("n1", "n2")),
  "ip.asn": maybe(fc.constantFrom(1, 2, 3, 9)),
  "ip.country": maybe(fc.constantFrom("DE", "FR", "US")),
  username: maybe(fc.constantFrom("joe", "ann", "bob")),
  "header.user-agent": maybe(fc.constantFrom("x", "y z", "a bot", "Mozilla")),
  "headers.order": maybe(fc.constantFrom(["host", "accept"], ["accept", "host"], [])),
  "body.note": maybe(fc.constantFrom("x".repeat(1024), "x".repeat(1025))),
  "body.amount": maybe(fc.constantFrom("50", "50.0", "49", "5e1", "ten", "")),
  "body.size": maybe(fc.constantFrom(0, 10, 11)),
  "ua.is_bot": maybe(fc.boolean()),
  "session.age": maybe(fc.constantFrom(0, 600_000)),
  share: maybe(fc.constantFrom(49, 50)),
});

const visit = fc.record({
  facts,
  route: fc.constantFrom("login", "card", "-"),
  wait: fc.constantFrom(0, 1000, 20_000),
  status: fc.constantFrom(200, 401, 401, 500),
});

function placeOf(set: PolicySet<SampleFacts>, route: string) {
  if (route === "login") return set.place("x.example", "POST", "/login")!;
  return set.place("x.example", "GET", route === "card" ? "/cards/7" : "/elsewhere")!;
}

/** The parts of a decision that the naive judge speaks of. */
function outline(decision: Decision): NaiveVerdict {
  const isStopped = decision.action.kind !== "allow";
  return {
    stopper: isStopped ? decision.decider : undefined,
    exempter: isStopped ? undefined : decision.decider,
    matched: decision.matches.map((match) => match.policy),
    labels: decision.labels,
  };
}

function compiled(text: string): PolicyIr | undefined {
  return compilePolicies([{ name: "p.policy", text }], sampleScheme, sampleLists).ir;
}

/** A way to arrange a set; all of them must decide alike. */
interface Mode {
  readonly name: string;
  options(ir: PolicyIr): LinkOptions;
  /** Arranges the set anew between two requests, by what was counted. */
  readonly isTuned?: boolean;
}

const indexed: Mode = { name: "indexed", options: () => ({ useIndex: true }) };

const modes: readonly Mode[] = [
  indexed,
  { name: "asked in full", options: () => ({ useIndex: false }) },
  { name: "nested", options: () => ({ useIndex: true, alwaysNests: true }) },
  {
    name: "nested, arranged anew by each request's answers",
    options: () => ({ useIndex: true, alwaysNests: true, requestsPerSample: 1 }),
    isTuned: true,
  },
  { name: "arranged by counts that are wrong", options: (ir) => ({ useIndex: true, rates: wrongRates(ir) }) },
  { name: "sieved", options: () => ({ useIndex: true, sieves: "always" }) },
  {
    name: "sieved by counts that are wrong, anew after each request",
    options: (ir) => ({ useIndex: true, sieves: "always", requestsPerSample: 1, rates: wrongRates(ir) }),
    isTuned: true,
  },
];

/** What is mostly true counts as never true, and the other way round. */
function wrongRates({ predicates }: PolicyIr): Selectivity {
  const rates = new Selectivity(predicates);
  for (const [index, { test }] of predicates.entries()) {
    const isYes = guessedRate(test, undefined) < 0.2;
    for (let count = 0; count < 200; count++) rates.count(index, isYes);
  }
  return rates;
}

function run(
  ir: PolicyIr,
  visits: readonly { facts: SampleFacts; route: string; wait: number; status: number }[],
  mode: Mode,
): Decision[] {
  const set = linkWith(ir, sampleScheme, { gauges: sampleGauges(), lists: sampleLists }, mode.options(ir));
  let now = 1_000_000;
  return visits.map(({ facts, route, wait, status }) => {
    now += wait;
    const { bucket } = placeOf(set, route);
    bucket.observe(facts, now);
    const decision = bucket.judge(facts, now);
    const outcome = bucket.outcome({ status, header: () => undefined });
    if (outcome) bucket.settle(facts, outcome, now);
    if (mode.isTuned) for (const _ of tuningSteps(set)) continue;
    return decision;
  });
}

/** Random programs; about two in five compile. */
const programs = 3400;

/** What the naive judge says of each visit. */
function naively(
  tree: ReturnType<typeof checkPolicies>,
  visits: readonly { facts: SampleFacts; route: string; wait: number; status: number }[],
): NaiveVerdict[] {
  const past: PastRequest[] = [];
  let at = 1_000_000;
  return visits.map(({ facts, route, wait, status }) => {
    at += wait;
    const current = { facts, route, at, outcome: undefined };
    const verdict = new NaiveJudge(tree, [...past, current], current).judge();
    const hasOutcome = route !== "-";
    const kinds: Readonly<Record<number, string>> = { 200: "success", 401: "failure" };
    const isCampaign = verdict.stopper !== undefined || verdict.labels.length > 0;
    past.push({ ...current, outcome: hasOutcome ? kinds[status] : undefined, isCampaign });
    return verdict;
  });
}

test("compiled policies decide as the syntax tree reads, however they are arranged", () => {
  let pairs = 0;
  fc.assert(
    fc.property(program, fc.array(visit, { minLength: 6, maxLength: 12 }), (text, visits) => {
      const ir = compiled(text);
      // Exemptions that rest on claims do not compile; they are another test's business.
      if (!ir) return;
      pairs += visits.length;
      const files = [{ name: "p.policy", text }];
      const tree = checkPolicies(files, sampleScheme, sampleLists, new Report(files));
      const plain = naively(tree, visits);
      for (const mode of modes) {
        const decisions = run(ir, visits, mode).map(outline);
        expect({ mode: mode.name, decisions }).toEqual({ mode: mode.name, decisions: plain });
      }
    }),
    { numRuns: programs },
  );
  expect(pairs).toBeGreaterThanOrEqual(10_000);
}, 120_000);

test("evidence says after every request of a long stream what all of them together say", () => {
  const asking = leaves.filter((text) => evidence.test(text));
  expect(asking.length).toBe(30);
  const text = `${preamble}
    policy stops on everything { when { username = joe  ip.net = n1 } then { block  label seen } }
    ${asking.map((leaf, index) => `policy p${index} on everything { mode shadow when { ${leaf} } then { block } }`).join("\n")}`;
  const files = [{ name: "p.policy", text }];
  const { ir } = compilePolicies(files, sampleScheme, sampleLists);
  const tree = checkPolicies(files, sampleScheme, sampleLists, new Report(files));
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(visit, { minLength: 10, maxLength: 25 }), (visits) => {
      const past = naively(tree, visits);
      const decisions = run(ir!, visits, indexed).map(outline);
      expect(decisions).toEqual(past);
      for (const { matched } of decisions) for (const name of matched) seen.add(name);
    }),
    { numRuns: 150 },
  );
  // Whatever is asked was true at some time.
  const never = asking.filter((_, index) => !seen.has(`p${index}`));
  expect(never).toEqual(["fails saturated", "tool saturated"]);
}, 60_000);

test("IR that went through JSON decides the same, reasons included", () => {
  fc.assert(
    fc.property(program, fc.array(visit, { minLength: 3, maxLength: 6 }), (text, visits) => {
      const ir = compiled(text);
      if (!ir) return;
      const stored = JSON.parse(JSON.stringify(ir)) as PolicyIr;
      expect(run(stored, visits, indexed)).toEqual(run(ir, visits, indexed));
    }),
    { numRuns: 200 },
  );
}, 60_000);
