import { expect, test } from "bun:test";
import { compilePolicies } from "../compile-policies.ts";
import { linkingSteps, linkWith } from "../link-policies.ts";
import type { PolicySet } from "../policy-set.ts";
import { type SampleFacts, sampleLists, sampleScheme } from "../sample-scheme.ts";
import { sampleGauges } from "../sample-state.ts";
import { PolicyCosts } from "./policy-costs.ts";

const shop = "app shop { hosts shop.example  route login POST /login }\n";

function compiled(text: string) {
  const { ir, diagnostics } = compilePolicies(
    [{ name: "t.policy", text: shop + text }],
    sampleScheme,
    sampleLists,
  );
  if (!ir) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return ir;
}

const text = (asn: number) => `
policy always on shop { when { username != "joe" } then { block } }
policy rare on shop { when { ip.asn = ${asn} username != "bob" } then { block } }`;

function judged(requests: readonly SampleFacts[], requestsPerSample: number) {
  const ir = compiled(text(5));
  const options = {
    useIndex: true,
    requestsPerSample,
    costs: new PolicyCosts(ir.policies, undefined, () => now),
  };
  const ports = { gauges: sampleGauges(), lists: sampleLists };
  const set = linkWith(ir, sampleScheme, ports, options);
  const { bucket } = set.place("shop.example", "POST", "/login")!;
  for (const facts of requests) bucket.judge(facts);
  return set;
}

let now = 0;
/** Reading the name takes 500 ns. */
const facts = (asn: number): SampleFacts => ({
  "ip.asn": asn,
  get username() {
    now += 500;
    return "ann";
  },
});

const costOf = (set: PolicySet<SampleFacts>, name: string) =>
  set.costs().find(({ policy }) => policy === name);

test("a policy's time, and how often it is asked and matches, are measured on sampled requests alone", () => {
  const set = judged([facts(1), facts(1), facts(1), facts(5), facts(1), facts(1), facts(1), facts(1)], 2);
  expect(costOf(set, "always")).toMatchObject({ requests: 4, asked: 4, matched: 4 });
  expect(costOf(set, "always")?.meanNs).toBeGreaterThan(0);
  expect(costOf(set, "rare")).toMatchObject({ requests: 4, asked: 1, matched: 1 });
  expect(judged([facts(1)], 2).costs()).toEqual([]);
});

test("what was measured follows a policy into the next set while its text stays the same", () => {
  const before = judged([facts(5), facts(5)], 1);
  const steps = linkingSteps(
    compiled(text(6)),
    sampleScheme,
    { gauges: sampleGauges(), lists: sampleLists },
    before,
  );
  let step = steps.next();
  while (!step.done) step = steps.next();
  expect(costOf(step.value, "always")).toEqual(costOf(before, "always"));
  expect(costOf(step.value, "rare")).toBeUndefined();
});

test("of thousands that are reached a request times few, others each time", () => {
  const ir = compiled(text(5));
  const many = Array.from({ length: 1000 }, (_, index) => ({ ...ir.policies[0]!, name: `p${index}` }));
  const ranks = many.map((_, rank) => ({ rank }));
  let reads = 0;
  const costs = new PolicyCosts(many, undefined, () => reads++);
  const timed = () => costs.all().filter(({ meanNs }) => meanNs !== undefined).length;
  for (let request = 0; request < 4; request++) {
    reads = 0;
    costs.begin(ranks, request === 0 ? 0 : costs.reachedNow);
    for (const { rank } of ranks) costs.end(rank, costs.start(), false);
    expect(reads).toBeLessThanOrEqual(512);
  }
  expect(timed()).toBeGreaterThan(700);
  expect(costs.all()[999]).toMatchObject({ requests: 4, asked: 4, matched: 0 });
});
