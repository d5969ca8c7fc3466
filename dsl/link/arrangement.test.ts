import { expect, test } from "bun:test";
import { compilePolicies } from "../compile-policies.ts";
import { linkingSteps, linkWith, tuningSteps } from "../link-policies.ts";
import { type SampleFacts, sampleLists, sampleScheme } from "../sample-scheme.ts";
import { sampleGauges } from "../sample-state.ts";

const lengths = Array.from({ length: 12 }, (_, index) => index + 1);

/** Policies on one app, each with its condition; `p0` is the first. */
function compiled(conditions: readonly string[]) {
  const policies = conditions.map(
    (text, index) => `policy p${index} on a { mode enforce when { ${text} } then { label x } }`,
  );
  const text = `app a { hosts * route one GET /one }\n${policies.join("\n")}`;
  const { ir, diagnostics } = compilePolicies([{ name: "p.policy", text }], sampleScheme, sampleLists);
  if (!ir) throw new Error(JSON.stringify(diagnostics));
  return ir;
}

const ports = () => ({ gauges: sampleGauges(), lists: sampleLists });

function matching(set: ReturnType<typeof linkWith<SampleFacts>>, facts: SampleFacts): string[] {
  const place = set.place("x.example", "GET", "/elsewhere");
  return place?.bucket.judge(facts, 1).matches.map(({ policy }) => policy) ?? [];
}

test("beginnings and ends of many lengths are found as if each were asked", () => {
  const agent = "abcdefghijklmnop";
  const conditions = lengths.flatMap((length) => [
    `header user-agent starts "${agent.slice(0, length)}"`,
    `header user-agent ends "${agent.slice(-length)}"`,
    `header user-agent starts "${agent.slice(1, length + 1)}"`,
  ]);
  const ir = compiled(conditions);
  const [found, asked, sieved] = [
    { useIndex: true, sieves: "never" as const },
    { useIndex: false },
    { useIndex: true, sieves: "always" as const },
  ].map((options) => linkWith(ir, sampleScheme, ports(), options));
  for (const text of [agent, agent.slice(1), "abc", "p", "", `${agent}${agent}`]) {
    const facts = { "header.user-agent": text } as SampleFacts;
    expect(matching(found!, facts)).toEqual(matching(asked!, facts));
    expect(matching(sieved!, facts)).toEqual(matching(asked!, facts));
  }
  expect(matching(found!, { "header.user-agent": agent })).toHaveLength(24);
});

test("counts of the live set arrange the next one, and arranging anew changes no decision", () => {
  const conditions = Array.from(
    { length: 40 },
    (_, index) => `ip.country = DE  ip.asn = ${index % 7}  path contains "${"abcdefgh"[index % 8]}"`,
  );
  const ir = compiled(conditions);
  const options = { useIndex: true, requestsPerSample: 1, sieves: "never" as const };
  const first = linkWith(ir, sampleScheme, ports(), options);
  const facts = { "ip.country": "DE", "ip.asn": 3, path: "/cab" } as SampleFacts;
  const wanted = matching(linkWith(ir, sampleScheme, ports(), { useIndex: false }), facts);
  expect(wanted.length).toBeGreaterThan(0);
  for (let request = 0; request < 300; request++) expect(matching(first, facts)).toEqual(wanted);
  expect([...tuningSteps(first)].length).toBeGreaterThan(0);
  expect(matching(first, facts)).toEqual(wanted);
  const steps = linkingSteps(ir, sampleScheme, ports(), first);
  let step = steps.next();
  while (!step.done) step = steps.next();
  expect(matching(step.value, facts)).toEqual(wanted);
});
