/** Hundreds of policies on one route are sieved as if each were asked. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { compilePolicies } from "../compile-policies.ts";
import { linkWith, tuningSteps } from "../link-policies.ts";
import { type SampleFacts, sampleIp, sampleLists, sampleScheme } from "../sample-scheme.ts";
import { sampleGauges } from "../sample-state.ts";

const [countries, words] = [
  ["DE", "FR", "US", "GB"],
  ["ab", "bc", "abc", "cab", "a", "bca"],
];

/** Conditions of every way to look them up, those that cannot be included. */
const condition = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((asn) => `ip.asn = ${asn}`),
  fc
    .uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 9 })
    .map((set) => `ip.asn in [${set.join(", ")}]`),
  fc.constantFrom(...countries).map((country) => `ip.country = ${country}`),
  fc
    .constantFrom(...words)
    .chain((word) =>
      fc.constantFrom("contains", "starts", "ends").map((op) => `header user-agent ${op} "${word}"`),
    ),
  fc.constantFrom(...words).map((word) => `path contains "${word}"`),
  fc.constantFrom(
    "header user-agent missing",
    "ip in nets",
    "username present",
    "ip.asn in asns",
    "ua.is_bot",
  ),
  fc.constantFrom(
    "any { ip.country = DE  username = ann }",
    "none { ip.asn = 3 }",
    'all { path contains "b" }',
  ),
);

const policies = fc
  .array(
    fc.tuple(
      fc.array(condition, { minLength: 1, maxLength: 3 }),
      fc.constantFrom("enforce", "shadow"),
      fc.integer({ min: 1, max: 4 }),
    ),
    { minLength: 30, maxLength: 300 },
  )
  .map((rules) =>
    rules.map(
      ([when, mode, rank], index) =>
        `policy p${index} on a { mode ${mode} priority ${rank} when { ${[...new Set(when)].join("  ")} } then { block } }`,
    ),
  );

const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 6 }).map((letters) => letters.join(""));
const facts: fc.Arbitrary<SampleFacts> = fc.record(
  {
    path: text.map((end) => `/${end}`),
    ip: fc.constantFrom("10.0.0.1", "192.0.2.7").map(sampleIp),
    "ip.asn": fc.integer({ min: 1, max: 41 }),
    "ip.country": fc.constantFrom(...countries, "NL"),
    "header.user-agent": text,
    username: fc.constantFrom("ann", "bob"),
    "ua.is_bot": fc.boolean(),
  },
  { requiredKeys: ["path"] },
);

const ports = () => ({ gauges: sampleGauges(), lists: sampleLists });

test("many policies on one route match as if each were asked, before and after they are arranged anew", () => {
  let matched = 0;
  fc.assert(
    fc.property(policies, fc.array(facts, { minLength: 20, maxLength: 40 }), (rules, requests) => {
      const source = `app a { hosts * }\nlist nets: cidr = [10.0.0.0/8]\nlist asns: asn = [1, 2, 3]\n${rules.join("\n")}`;
      const { ir, diagnostics } = compilePolicies(
        [{ name: "p.policy", text: source }],
        sampleScheme,
        sampleLists,
      );
      if (!ir) throw new Error(JSON.stringify(diagnostics));
      const asked = linkWith(ir, sampleScheme, ports(), { useIndex: false });
      const sieved = linkWith(ir, sampleScheme, ports(), { useIndex: true, requestsPerSample: 3 });
      const judge = (set: typeof asked, one: SampleFacts) =>
        set.place("x.example", "GET", "/")!.bucket.judge(one, 1);
      for (const [index, one] of requests.entries()) {
        const decision = judge(sieved, one);
        expect(decision).toEqual(judge(asked, one));
        matched += decision.matches.length;
        if (index % 10 === 9) for (const _ of tuningSteps(sieved)) continue;
      }
    }),
    { numRuns: 60 },
  );
  expect(matched).toBeGreaterThan(1_000);
}, 60_000);
