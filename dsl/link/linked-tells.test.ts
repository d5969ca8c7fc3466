/** What is told, and above all what is not: nobody makes the host call about a stranger. */
import { expect, test } from "bun:test";
import { compilePolicies } from "../compile-policies.ts";
import { unmatched, type Withheld } from "../decision.ts";
import { linkPolicies } from "../link-policies.ts";
import { type SampleFacts, sampleIp, sampleLists, sampleScheme } from "../sample-scheme.ts";
import { sampleGauges } from "../sample-state.ts";
import { linkTells, withTells } from "./linked-tells.ts";

const text = `
app shop {
  route login POST /login
  route buy POST /buy
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
channel soc slack from env SOC
webhook reset POST https://id.shop.example/reset json { app: "shop", user: null }
webhook siem POST https://siem.example/
policy seen on shop { when { ip.asn = 1 } then { alert soc severity high once per ip.net every 1h } }
policy reset on shop {
  when { ip.asn = 2 }
  then { webhook reset { user: account, amount: body.amount, size: body.size, ip: ip, bot: ua.is_bot } }
}
policy stopped on shop.login { when { ip.asn = 3 } then { block  webhook reset { user: account }  webhook siem } }
policy quiet on shop { mode shadow when { ip.asn = 1 } then { alert soc } }
policy spared on shop { when { ip.asn = 6 } then { block  alert soc  webhook siem  webhook reset { user: account } } }
policy planned on shop { mode draft when { ip.asn = 1 } then { alert soc  block } }
policy some on shop { rollout 0% by ip.net when { ip.asn = 4 } then { alert soc } }
policy limited on shop { when { ip.asn = 5 } then { ratelimit 1 per 1m by ip.net  alert soc } }`;

const { ir, diagnostics } = compilePolicies([{ name: "x.policy", text }], sampleScheme, sampleLists);

function judge(path: string, facts: SampleFacts) {
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const set = linkPolicies(ir!, sampleScheme, { gauges: sampleGauges(), lists: sampleLists });
  return set.place("x", "POST", path)!.bucket.judge({ "ip.net": "n", ...facts }, 1000);
}

test("an alert says who tells whom, how loud, and for which key it is told once", () => {
  expect(judge("/buy", { "ip.asn": 1 }).tells).toEqual([
    {
      kind: "alert",
      policy: "seen",
      name: "soc",
      severity: "high",
      once: { key: "n", everyMs: 3_600_000 },
    },
  ]);
});

test("shadow and draft policies, those outside of a rollout and limits that are not reached tell nothing", () => {
  expect(judge("/buy", { "ip.asn": 1 }).matches.map(({ policy }) => policy)).toEqual(["quiet", "seen"]);
  expect(judge("/buy", { "ip.asn": 4 }).tells).toBeUndefined();
  expect(judge("/buy", { "ip.asn": 5 }).tells).toBeUndefined();
});

test("a call's body keeps types and the order of keys, and says null of what is missing", () => {
  const facts = { "ip.asn": 2, ip: sampleIp("192.0.2.1"), "ua.is_bot": false, "body.size": 7 };
  const [tell] = judge("/buy", { ...facts, "session.account": "ann" }).tells ?? [];
  expect(tell?.kind === "webhook" && tell.payload).toBe(
    '{"app":"shop","user":"ann","amount":null,"size":7,"ip":"192.0.2.1","bot":false}',
  );
});

test("after the login only the session's account is told, whatever name the request carries", () => {
  const claimed = { "ip.asn": 2, username: "victim", account: "victim" };
  expect(judge("/buy", claimed).tells).toBeUndefined();
  const [tell] = judge("/buy", { ...claimed, "session.account": "mallory" }).tells ?? [];
  expect(tell).toMatchObject({ awaitsLogin: false, once: { key: "mallory", everyMs: 86_400_000 } });
  expect(tell?.kind === "webhook" && tell.payload).toContain('"user":"mallory"');
});

test("at the login a call about the account waits for its success, and is none where it is stopped", () => {
  const claimed = { username: "ann", account: "ann", "session.account": "mallory" };
  const [tell] = judge("/login", { ...claimed, "ip.asn": 2 }).tells ?? [];
  expect(tell).toMatchObject({ awaitsLogin: true, once: { key: "ann" } });
  const stopped = judge("/login", { ...claimed, "ip.asn": 3 });
  expect(stopped.action.kind).toBe("block");
  expect(stopped.tells?.map(({ name }) => name)).toEqual(["siem"]);
});

const bindSample =
  ({ field }: { readonly field: string }) =>
  (facts: SampleFacts) =>
    facts[field];

test("where only the stop is withheld people are told, and nothing is done to an account", () => {
  const facts = { "ip.asn": 6, "session.account": "ann" };
  const rule = ir!.policies.find(({ name }) => name === "spared")!;
  const policy = { tells: linkTells(rule, bindSample) };
  const namesToldWith = (withheld: Withheld | undefined) => {
    const match = {
      policy: "spared",
      mode: "enforce",
      effect: "block",
      applied: false,
      reasons: [],
    } as const;
    const decision = { ...unmatched, matches: [withheld ? { ...match, withheld } : match] };
    return withTells(decision, [policy], facts, false).tells?.map(({ name }) => name) ?? [];
  };
  expect(namesToldWith(undefined)).toEqual(["soc", "siem", "reset"]);
  for (const withheld of ["cap", "guard", "holdout", "freeze", "known_good"] as const) {
    expect(namesToldWith(withheld)).toEqual(["soc", "siem"]);
  }
  for (const withheld of ["rollout", "expired", "under_limit", "switched_off", "panic"] as const) {
    expect(namesToldWith(withheld)).toEqual([]);
  }
});

test("secrets are named in the compiled form, never read", () => {
  expect(ir?.channels).toEqual([{ name: "soc", type: "slack", to: { from: "env", name: "SOC" } }]);
});
