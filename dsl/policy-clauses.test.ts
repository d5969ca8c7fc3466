import { expect, test } from "bun:test";
import { compilePolicies } from "./compile-policies.ts";
import { linkPolicies } from "./link-policies.ts";
import { type SampleFacts, sampleLists, sampleScheme } from "./sample-scheme.ts";
import { sampleGauges } from "./sample-state.ts";

const day = 86_400_000;

function compiled(policies: string) {
  const text = `app shop { route login POST /login  identify username = body.email }\n${policies}`;
  const { ir, diagnostics } = compilePolicies([{ name: "t.policy", text }], sampleScheme, sampleLists);
  if (!ir) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
  return ir;
}

function login(policies: string, ports = sampleGauges(), salt = "salt") {
  const set = linkPolicies(compiled(policies), sampleScheme, { gauges: ports, lists: sampleLists, salt });
  return set.place("x.example", "POST", "/login")!.bucket;
}

const kinds = (bucket: ReturnType<typeof login>, facts: SampleFacts, times: readonly number[]) =>
  times.map((now) => bucket.judge(facts, now).action.kind);

test("marks of all policies in force are joined, and the longest tarpit counts, also where another policy stops", () => {
  const bucket = login(`
    policy a on shop { then { mark "one"  tarpit 2s } }
    policy b on shop { then { mark "two"  tarpit 500ms  block } }
    policy c on shop { mode shadow then { mark "three"  tarpit 9s } }
  `);
  const decision = bucket.judge({});
  expect(decision).toMatchObject({ marks: ["one", "two"], delayMs: 2000, action: { kind: "block" } });
});

test("a rollout takes its share of keys, always the same ones, and others under another secret", () => {
  const text = "policy a on shop { rollout 30% by ip.net then { block } }";
  const stopped = (bucket: ReturnType<typeof login>) =>
    Array.from({ length: 1000 }, (_, n) => bucket.judge({ "ip.net": `n${n}` }, n).action.kind === "block");
  const first = stopped(login(text));
  expect(stopped(login(text))).toEqual(first);
  const share = first.filter(Boolean).length;
  expect(share).toBeGreaterThan(250);
  expect(share).toBeLessThan(350);
  expect(stopped(login(text, sampleGauges(), "other"))).not.toEqual(first);
});

test("who leaves a rollout's key out cannot choose his side", () => {
  const bucket = login("policy a on shop { rollout 50% by username then { block } }");
  const found = new Set(
    kinds(
      bucket,
      {},
      Array.from({ length: 64 }, (_, n) => n),
    ),
  );
  expect([...found].sort()).toEqual(["allow", "block"]);
});

test("what is outside of a rollout is recorded as withheld, and gives neither label nor mark", () => {
  const bucket = login('policy a on shop { rollout 0% by ip.net then { block  label x  mark "y" } }');
  const decision = bucket.judge({ "ip.net": "n" });
  expect(decision).toMatchObject({ action: { kind: "allow" }, labels: [] });
  expect(decision.marks).toBeUndefined();
  expect(decision.matches).toMatchObject([{ policy: "a", applied: false, withheld: "rollout" }]);
});

test("a rate limit lets its number pass for each key, then answers 429 and says when to come again", () => {
  const bucket = login("policy a on shop { then { ratelimit 2 per 1m by ip.net } }");
  const facts = { "ip.net": "n" };
  expect(kinds(bucket, facts, [0, 1, 2])).toEqual(["allow", "allow", "block"]);
  const over = bucket.judge(facts, 3);
  expect(over).toMatchObject({ decider: "a", action: { kind: "block", status: 429 } });
  expect(over.action).toHaveProperty("retryAfterMs");
  expect(bucket.judge({ "ip.net": "other" }, 4).matches).toMatchObject([{ withheld: "under_limit" }]);
  expect(kinds(bucket, facts, [61_000])).toEqual(["allow"]);
  // Without its key nobody is counted.
  expect(kinds(bucket, {}, [5, 6, 7])).toEqual(["allow", "allow", "allow"]);
});

test("what another policy stops does not use up a rate limit", () => {
  const bucket = login(`
    policy stop on shop { priority 900 when { ip.asn = 1 } then { block } }
    policy limit on shop { then { ratelimit 1 per 1m by ip.net } }
  `);
  kinds(bucket, { "ip.net": "n", "ip.asn": 1 }, [0, 1, 2]);
  expect(kinds(bucket, { "ip.net": "n" }, [3, 4])).toEqual(["allow", "block"]);
});

test("a rate limit in shadow counts and stops nobody", () => {
  const bucket = login("policy a on shop { mode shadow then { ratelimit 1 per 1m by ip.net } }");
  const facts = { "ip.net": "n" };
  const matches = [0, 1].map((now) => bucket.judge(facts, now).matches[0]);
  expect(matches).toMatchObject([{ withheld: "under_limit" }, { effect: "ratelimit", applied: false }]);
  expect(matches[1]?.withheld).toBeUndefined();
});

test("a held key stays stopped for the time of the hold, which being stopped does not renew", () => {
  const bucket = login(`policy a on shop {
    when { ip.asn = 1 }  unless { ip.country = DE }  then { block  hold (ip.net, print.stack) for 1m }
  }`);
  const key = { "ip.net": "n", "print.stack": "s" };
  expect(kinds(bucket, key, [0])).toEqual(["allow"]);
  expect(kinds(bucket, { ...key, "ip.asn": 1 }, [1000])).toEqual(["block"]);
  expect(kinds(bucket, key, [2000, 60_000, 61_500])).toEqual(["block", "block", "allow"]);
  expect(kinds(bucket, { ...key, "ip.asn": 1 }, [70_000])).toEqual(["block"]);
  // Another key, a missing one, and an exception are not held.
  expect(kinds(bucket, { ...key, "print.stack": "t" }, [71_000])).toEqual(["allow"]);
  expect(kinds(bucket, { "ip.net": "n" }, [71_000])).toEqual(["allow"]);
  expect(kinds(bucket, { ...key, "ip.country": "DE" }, [71_000])).toEqual(["allow"]);
  expect(bucket.judge(key, 71_000).matches[0]?.reasons).toEqual([
    { clause: "hold (ip.net, print.stack) for 1m", value: "held" },
  ]);
});

test("other policies may ask whether a key is held; without the key that is unknown", () => {
  const bucket = login(`
    policy a on shop { when { ip.asn = 1 } then { hold ip.net for 1m } }
    policy b on shop { when { a held } then { label asked } }
    policy c on shop { when { policy.a.held } then { label full_name } }
    policy d on shop { when { none { a held } } then { label free } }
  `);
  bucket.judge({ "ip.net": "n", "ip.asn": 1 }, 0);
  expect(bucket.judge({ "ip.net": "n" }, 1).labels).toEqual(["asked", "full_name"]);
  expect(bucket.judge({ "ip.net": "m" }, 1).labels).toEqual(["free"]);
  expect(bucket.judge({}, 1).labels).toEqual([]);
});

test("labels are read after they are given, whatever the priorities, over several steps, and only within the request", () => {
  const bucket = login(`
    policy third on shop { priority 990 when { labelled two } then { block 418 } }
    policy second on shop { priority 900 when { labelled one  none { labelled shadowed } } then { label two } }
    policy first on shop { priority 10 when { ip.asn = 1 } then { label one } }
    policy shadow on shop { mode shadow when { ip.asn = 1 } then { label shadowed } }
  `);
  const decision = bucket.judge({ "ip.asn": 1 });
  expect(decision).toMatchObject({ decider: "third", action: { status: 418 } });
  expect(decision.labels).toEqual(["two", "one"]);
  expect(bucket.judge({ "ip.asn": 2 }).labels).toEqual([]);
  const explained = bucket.explain({ "ip.asn": 1 });
  expect(explained.filter(({ matched }) => matched).map(({ policy }) => policy)).toHaveLength(4);
});

test("an expired policy goes on as long as it keeps matching, then only records what it would have done", () => {
  const bucket = login("policy a on shop { expires 2026-01-10 when { ip.asn = 1 } then { block } }");
  const end = Date.parse("2026-01-11T00:00:00Z");
  const facts = { "ip.asn": 1 };
  const at = (...days: number[]) =>
    kinds(
      bucket,
      facts,
      days.map((n) => end + n * day),
    );
  expect(at(-30, -1, 1, 7.5, 14)).toEqual(["block", "block", "block", "block", "block"]);
  expect(at(22)).toEqual(["allow"]);
  expect(bucket.judge(facts, end + 22 * day).matches).toMatchObject([
    { applied: false, withheld: "expired" },
  ]);
});

test("state outlives a new revision that leaves the definition as it was", () => {
  const ports = sampleGauges();
  const text = "policy a on shop { when { ip.asn = 1 } then { block  hold ip.net for 1m } }";
  login(text, ports).judge({ "ip.net": "n", "ip.asn": 1 }, 0);
  expect(
    kinds(
      login(`${text}\npolicy b on shop { when { ip.asn = 7 } then { block } }`, ports),
      { "ip.net": "n" },
      [1],
    ),
  ).toEqual(["block"]);
  // What was held in shadow is not stopped when the policy is enforced.
  const shadow = text.replace("{ when", "{ mode shadow when").replaceAll("1m", "2m");
  login(shadow, ports).judge({ "ip.net": "m", "ip.asn": 1 }, 0);
  expect(kinds(login(text.replace("1m", "2m"), ports), { "ip.net": "m" }, [1])).toEqual(["allow"]);
});
