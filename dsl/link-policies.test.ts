import { expect, test } from "bun:test";
import { compilePolicies } from "./compile-policies.ts";
import { unmatched } from "./decision.ts";
import { linkPolicies } from "./link-policies.ts";
import { irVersion } from "./policy-ir.ts";
import { type SampleFacts, sampleIp, sampleLists, sampleScheme } from "./sample-scheme.ts";
import { sampleGauges } from "./sample-state.ts";

function link(text: string) {
  const { ir, diagnostics } = compilePolicies([{ name: "t.policy", text }], sampleScheme, sampleLists);
  if (!ir) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
  return linkPolicies(ir, sampleScheme, { gauges: sampleGauges(), lists: sampleLists });
}

const shop = `
app shop {
  tags retail
  hosts shop.example
  route login POST /login tagged auth
  route card GET /cards/:code
  route upload POST /upload
  identify username = body.email | body.user.name
  identify session = cookie sid
  outcome login success status 303 and header location starts "/account"
    failure status 401 or header location starts "/login"  locked status 423
}
`;
const login = (text: string) => link(shop + text).place("shop.example", "POST", "/login")!.bucket;

test("a request that matches nothing gets the one shared decision", () => {
  const bucket = login("policy p on shop { when { ip.asn = 1 } then { block } }");
  expect(bucket.judge({ "ip.asn": 2 })).toBe(unmatched);
  expect(bucket.judge({})).toBe(unmatched);
});

test("a missing field makes neither a comparison nor its opposite true", () => {
  const bucket = login(
    'policy p on shop { when { any { username = "joe" username != "joe" } } then { block } }',
  );
  expect(bucket.judge({}).action.kind).toBe("allow");
  expect(bucket.judge({ username: "ann" }).action.kind).toBe("block");
});

test("an exemption silences stops but not the labels of those who stopped", () => {
  const bucket = login(`
    policy office on shop { when { ip in [10.0.0.0/8] } then { allow from stop } }
    policy stop on shop { when { method = POST } then { block 429  label seen } }
  `);
  const facts: SampleFacts = { method: "POST", ip: sampleIp("10.1.2.3") };
  const { action, decider, labels, matches } = bucket.judge(facts);
  expect({ action, decider, labels }).toEqual({
    action: { kind: "allow" },
    decider: "office",
    labels: ["seen"],
  });
  expect(matches.map(({ policy, effect, applied }) => ({ policy, effect, applied }))).toEqual([
    { policy: "office", effect: "allow", applied: true },
    { policy: "stop", effect: "block", applied: false },
  ]);
  expect(bucket.judge({ ...facts, ip: sampleIp("192.0.2.1") }).action).toEqual({
    kind: "block",
    status: 429,
  });
});

test("shadow policies are recorded and never applied, exemptions and labels included", () => {
  const bucket = login(`
    policy a on shop { mode shadow when { ip.asn = 1 } then { block 404 label x } }
    policy b on shop { mode shadow when { ip.asn = 1 } then { allow from all } }
    policy c on shop { when { ip.asn = 1 } then { block } }
  `);
  const decision = bucket.judge({ "ip.asn": 1 });
  expect(decision.decider).toBe("c");
  expect(decision.labels).toEqual([]);
  expect(decision.matches.map((match) => match.applied)).toEqual([false, false, true]);
});

test("reasons name the clauses that held and what they saw, and keep secrets out", () => {
  const bucket = login(`
    fingerprint tool { +30 header x-app missing  +40 ip.asn = 9009  match at 60 }
    policy p on shop {
      when {
        tool
        any { body.email ends "@x.example"  path = "/never" }
        username = "joe@x.example"  header authorization present
        none { ip.country = DE  method = GET }
        header user-agent contains "bot"
      }
      then { block }
    }
  `);
  const decision = bucket.judge({
    "ip.asn": 9009,
    "body.email": "joe@x.example",
    username: "joe@x.example",
    "header.authorization": "Bearer secret-token",
    "ip.country": "FR",
    method: "POST",
    "header.user-agent": `bot${"x".repeat(500)}`,
  });
  const reasons = decision.matches[0]?.reasons ?? [];
  expect(reasons.slice(0, 5)).toEqual([
    { clause: "tool", value: "70 of 60 points" },
    { clause: 'body.email ends "@x.example"', value: "(13 characters)" },
    { clause: 'username = "joe@x.example"', value: "(13 characters)" },
    { clause: "header authorization present", value: "(19 characters)" },
    { clause: "none { ip.country = DE method = GET }", value: "none of them" },
  ]);
  expect(reasons[5]?.value).toHaveLength(200);
  expect(JSON.stringify(decision)).not.toContain("secret-token");
});

test("a pattern sees the first KiB of a field", () => {
  const bucket = login("policy p on shop { when { header x matches /needle$/ } then { block } }");
  expect(bucket.judge({ "header.x": `${"a".repeat(1018)}needle` }).action.kind).toBe("block");
  expect(bucket.judge({ "header.x": `${"a".repeat(1019)}needle` }).action.kind).toBe("allow");
});

test("deceive hands out the response's bytes", () => {
  const bucket = login(`
    response empty { status 200  header "x-node" "n4"  json { balance: 0, "2": [1, null], "1": "é" } }
    policy p on shop { when { ip.asn = 1 } then { deceive empty } }
  `);
  expect(bucket.judge({ "ip.asn": 1 }).action).toEqual({
    kind: "deceive",
    response: {
      name: "empty",
      status: 200,
      headers: [
        ["content-type", "application/json"],
        ["x-node", "n4"],
      ],
      body: '{"balance":0,"2":[1,null],"1":"é"}',
    },
  });
});

test("outcomes are read in the order of the text, from status and headers", () => {
  const bucket = login("");
  const outcome = (status: number, location?: string) =>
    bucket.outcome({ status, header: (name) => (name === "location" ? location : undefined) })?.kind;
  expect(outcome(303, "/account")).toBe("success");
  expect(outcome(303, "/login?again")).toBe("failure");
  expect(outcome(303, "/elsewhere")).toBeUndefined();
  expect([outcome(401), outcome(423), outcome(500)]).toEqual(["failure", "locked", undefined]);
  expect(bucket.event).toBe("login");
});

const facts = (username: string, net: string): SampleFacts => ({ username, "ip.net": net });

test("arriving requests count at once, outcomes only when they are settled; failure covers locked accounts", () => {
  const bucket = login(`
    measure tries = count at tagged auth by ip.net over 1m
    measure failed = distinct username at tagged auth.failure by ip.net over 1m
    policy p on shop.login { when { any { tries >= 3  failed >= 2 } } then { block } }
  `);
  const send = (username: string, net: string) => {
    bucket.observe(facts(username, net), 1000);
    return bucket.judge(facts(username, net), 1000).action.kind;
  };
  expect([send("a", "n"), send("b", "n"), send("c", "n")]).toEqual(["allow", "allow", "block"]);
  expect(send("a", "m")).toBe("allow");
  bucket.settle(facts("a", "m"), { event: "login", kind: "failure" }, 1000);
  bucket.settle(facts("b", "m"), { event: "login", kind: "locked" }, 1000);
  bucket.settle(facts("c", "m"), { event: "login", kind: "success" }, 1000);
  expect(bucket.judge(facts("a", "m"), 1000).action.kind).toBe("block");
  expect(bucket.judge(facts("a", "m"), 62_000).action.kind).toBe("allow");
});

test("a measure whose key or value is missing counts nothing and reads as missing", () => {
  const bucket = login(`
    measure users = distinct username at shop by ip.net over 1m
    policy p on shop { when { users missing } then { label nothing } }
    policy q on shop { when { users >= 0 } then { label something } }
  `);
  const labels = (facts: SampleFacts) => {
    bucket.observe(facts, 1);
    return bucket.judge(facts, 1).labels;
  };
  expect(labels({ "ip.net": "n" })).toEqual(["nothing"]);
  expect(labels({ username: "a" })).toEqual(["nothing"]);
  expect(labels({ username: "a", "ip.net": "n" })).toEqual(["something"]);
});

test("identities come from the first source that has a text, names trimmed and in lower case", () => {
  const bucket = login("");
  expect(bucket.identify({ "body.user.name": " Joe@X.example ", "cookie.sid": "S" })).toEqual({
    username: "joe@x.example",
    written: " Joe@X.example ",
    session: "S",
  });
  expect(bucket.identify({ "body.email": "", "body.user.name": "ann" })).toEqual({ username: "ann" });
  expect(bucket.identify({})).toEqual({ isUnidentified: true });
});

const needs = (text: string, method: string, path: string) =>
  link(shop + text).place("shop.example", method, path)!.bucket.needsBody;

test("bodies are asked for only where a question or an event needs them", () => {
  expect(needs("", "POST", "/login")).toBe(true);
  expect(needs("", "POST", "/upload")).toBe(false);
  expect(needs('policy p on shop.upload { when { username = "x" } then { block } }', "POST", "/upload")).toBe(
    true,
  );
  expect(
    needs("policy p on shop.upload { when { body.kind present } then { block } }", "POST", "/upload"),
  ).toBe(true);
  const measured = `measure m = count at shop.upload by body.x over 1m
    policy p on shop.upload { when { m > 1 } then { block } }`;
  expect(needs(measured, "POST", "/upload")).toBe(true);
});

test("a place names app, route, tags and parameters; what no route takes is still the app's", () => {
  const set = link(`${shop} policy p on shop { when { ip.asn = 1 } then { block } }`);
  const place = set.place("shop.example", "GET", "/cards/7")!;
  expect(place.route?.name).toBe("card");
  expect({ ...place.pathParameters }).toEqual({ code: "7" });
  expect(set.place("shop.example", "POST", "/login")?.tags).toEqual(["retail", "auth"]);
  const elsewhere = set.place("shop.example", "GET", "/nowhere")!;
  expect(elsewhere.route).toBeUndefined();
  expect(elsewhere.bucket.judge({ "ip.asn": 1 }).decider).toBe("p");
  expect(set.place("other.example", "GET", "/")).toBeUndefined();
});

test("a reader that breaks its promise does not taint the next request", () => {
  const bucket = login(`
    policy p on shop { when { method = POST } then { block } }
    policy q on shop { when { method = POST  ip in [10.0.0.0/8] } then { block } }
  `);
  const broken = {
    method: "POST",
    get ip(): never {
      throw new Error("reader");
    },
  };
  expect(() => bucket.judge(broken)).toThrow("reader");
  expect(bucket.judge({ method: "GET" })).toBe(unmatched);
});

test("an IR of another version is refused", () => {
  const { ir } = compilePolicies([], sampleScheme, sampleLists);
  const other = { ...ir!, irVersion: irVersion + 1 };
  expect(() => linkPolicies(other, sampleScheme, { gauges: sampleGauges(), lists: sampleLists })).toThrow(
    "version",
  );
});

test("a list file that has gone by the time of linking is an empty list", () => {
  const files = [
    {
      name: "t.policy",
      text: `${shop} list office: cidr from "lists/office.txt"
    policy p on shop { when { ip in office } then { block } }`,
    },
  ];
  const { ir } = compilePolicies(files, sampleScheme, sampleLists);
  const facts = { ip: sampleIp("10.9.0.7") };
  const judge = (read: (name: string) => string | undefined) =>
    linkPolicies(ir!, sampleScheme, { gauges: sampleGauges(), lists: { read } })
      .place("shop.example", "POST", "/login")!
      .bucket.judge(facts).action.kind;
  expect(judge((name) => sampleLists.read(name))).toBe("block");
  expect(judge(() => undefined)).toBe("allow");
});
