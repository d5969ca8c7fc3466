import { expect, test } from "bun:test";
import { compilePolicies } from "../compile-policies.ts";
import { linkPolicies } from "../link-policies.ts";
import { type SampleFacts, sampleLists, sampleScheme } from "../sample-scheme.ts";
import { sampleGauges } from "../sample-state.ts";

const app = `
app shop {
  hosts  shop.example
  route  login POST /login tagged auth
  identify username = body.user
  outcome  login success status 200 failure status 401
}
measure failed = count at tagged auth.failure by ip over 10m
measure tried  = distinct username at tagged auth by ip.asn over 1h
measure good   = count at tagged auth.success by ip over 1h
`;

function bucketOf(policy: string) {
  const { ir, diagnostics } = compilePolicies(
    [{ name: "a.policy", text: app + policy }],
    sampleScheme,
    sampleLists,
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const set = linkPolicies(ir!, sampleScheme, { gauges: sampleGauges(), lists: sampleLists });
  return set.place("shop.example", "POST", "/login")!.bucket;
}

const now = Date.UTC(2026, 0, 1);

function facts(more: SampleFacts = {}): SampleFacts {
  return {
    ip: "192.0.2.1",
    "ip.asn": 9009,
    username: "ann",
    method: "POST",
    ...more,
  };
}

const stuffing = `policy stuffing on tagged auth {
  when { failed >= 10  method = POST }
  unless { good >= 1 }
  then { block  label ato }
}`;

test("a sign-in is kept under the key by which a policy that matches later finds it", () => {
  const bucket = bucketOf(stuffing);
  const [early] = bucket.clusters(facts(), now) ?? [];
  for (let nth = 0; nth < 10; nth++) bucket.settle(facts(), { event: "login", kind: "failure" }, now);
  const decision = bucket.judge(facts({ username: "bob" }), now);
  expect(decision.matches.map(({ policy }) => policy)).toEqual(["stuffing"]);
  expect(early).toEqual({ id: "stuffing\n192.0.2.1", isWide: false, lookBackMs: 600_000 });
  expect(bucket.clustersOf("stuffing", facts({ username: "bob" }))).toEqual([early!]);
  expect(bucket.clusters(facts({ ip: "192.0.2.7" }), now)).not.toContainEqual(early);
});

test("what is no count must hold already, and who is excused at the time is not found later", () => {
  const bucket = bucketOf(stuffing);
  expect(bucket.clusters(facts({ method: "GET" }), now)).toEqual([]);
  bucket.settle(facts(), { event: "login", kind: "success" }, now);
  expect(bucket.clusters(facts(), now)).toEqual([]);
});

test("a key is made of everything that the policy counts by, and holds as long as its longest count", () => {
  const bucket = bucketOf(`policy both on tagged auth {
    when { failed >= 10  tried >= 50 }
    then { block  label ato }
  }`);
  const both = { id: "both\n9:192.0.2.14:9009", isWide: false, lookBackMs: 3_600_000 };
  expect(bucket.clusters(facts(), now)).toEqual([both]);
  expect(bucket.clusters(facts({ "ip.asn": undefined }), now)).toEqual([]);
});

test("where all but the counts of one key spoke against it already, it is found under that key alone", () => {
  const bucket = bucketOf(`policy two on tagged auth {
    when { tried >= 1  failed >= 10 }
    then { block  label ato }
  }`);
  bucket.observe(facts(), now);
  const parts = bucket.clusters(facts(), now)!.slice(1);
  expect(parts).toEqual([{ id: "two\nip\n192.0.2.1", isWide: false, lookBackMs: 600_000 }]);
  expect(bucket.clustersOf("two", facts({ "ip.asn": 7 }))).toContainEqual(parts[0]!);
});

test("a key that says nothing about the client is wide", () => {
  const bucket = bucketOf(`policy wide on tagged auth { when { tried >= 50 } then { block  label ato } }`);
  expect(bucket.clusters(facts(), now)).toMatchObject([{ id: "wide\n9009", isWide: true }]);
});

test("a count that must not hold is taken for not holding", () => {
  const bucket = bucketOf(`policy lonely on tagged auth {
    when { failed >= 10  none { tried >= 1 } }
    then { block  label ato }
  }`);
  bucket.observe(facts(), now);
  expect(bucket.clusters(facts(), now)?.filter(({ id }) => id.startsWith("lonely\n9:"))).toHaveLength(1);
});

test.each([
  ["gives no label", "enforce", "block", "failed >= 10"],
  ["is in shadow", "shadow", "block  label ato", "failed >= 10"],
  ["counts nothing", "enforce", "block  label ato", "method = POST"],
  ["only limits", "enforce", "ratelimit 10 per 1m by ip  label ato", "failed >= 10"],
])("a policy that %s convicts nobody later", (_why, mode, effects, when) => {
  const bucket = bucketOf(`policy p on tagged auth { mode ${mode} when { ${when} } then { ${effects} } }`);
  expect(bucket.clusters(facts(), now)).toEqual([]);
  expect(bucket.clustersOf("p", facts())).toEqual([]);
});

test("whom only a memory excuses belongs to a wide cluster, and whom anything else does to none", () => {
  const bucket = bucketOf(`remember home = ip.asn at tagged auth.success by username for 30d
  policy strangers on tagged auth {
    when { failed >= 10 }
    unless { any { home known  method = PUT } }
    then { block  label ato }
  }`);
  const strict = { id: "strangers\n192.0.2.1", isWide: false, lookBackMs: 600_000 };
  const wide = { id: "strangers\nexcused by memories\n192.0.2.1", isWide: true, lookBackMs: 600_000 };
  expect(bucket.clusters(facts(), now)).toEqual([strict, wide]);
  bucket.settle(facts(), { event: "login", kind: "success" }, now);
  expect(bucket.clusters(facts(), now)).toEqual([wide]);
  expect(bucket.clusters(facts({ method: "PUT" }), now)).toEqual([]);
  expect(bucket.clustersOf("strangers", facts({ username: "bob" }))).toEqual([strict, wide]);
});
