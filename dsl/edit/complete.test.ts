import { describe, expect, test } from "bun:test";
import { complete } from "./complete.ts";
import { editing } from "./sample-sources.ts";

function labels(text: string): string[] {
  const sources = editing(text);
  return complete(sources, sources.position).items.map(({ label }) => label);
}

describe("keywords by clause", () => {
  test("a file holds declarations", () => {
    expect(labels("|")).toEqual(expect.arrayContaining(["app", "policy", "measure", "test"]));
    expect(labels("pol|")).not.toContain("when");
  });

  test("a policy holds its clauses, and only those", () => {
    const found = labels("policy x on shop {\n  mo|\n}");
    expect(found).toEqual(expect.arrayContaining(["mode", "when", "unless", "then", "cap"]));
    expect(found).not.toContain("route");
  });

  test("a word's own choices follow it", () => {
    expect(labels("policy x on shop { mode | }")).toEqual(["enforce", "shadow", "draft"]);
    expect(labels("policy x on shop { then { | } }")).toEqual(
      expect.arrayContaining(["block", "deceive", "hold"]),
    );
    expect(labels("app a { | }")).toEqual(expect.arrayContaining(["hosts", "route", "unidentified"]));
  });

  test("a mistake above does not stop it", () => {
    const broken = "policy x on shop {\n  priorty 900\n  mode\n  priority 3\n  then { | }\n}";
    expect(labels(broken)).toContain("block");
    const unclosed =
      "policy a on shop { when { ip in office\n\npolicy b on shop {\n  then { allow from | }\n}";
    expect(labels(unclosed)).toEqual(expect.arrayContaining(["a", "b", "all"]));
    expect(labels("policy a on shop { when { ip in office\n\n|")).toContain("policy");
  });
});

describe("names and values", () => {
  test("conditions offer fields and what is declared, with type and documentation", () => {
    const sources = editing("policy x on shop { when { | } }");
    const { items } = complete(sources, sources.position);
    const asn = items.find(({ label }) => label === "ip.asn");
    expect(asn).toMatchObject({ kind: "field", detail: "asn, observed" });
    expect(asn?.doc).toBeTruthy();
    expect(items.find(({ label }) => label === "logins")).toMatchObject({ detail: "measure count" });
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(["scripted", "any", "header"]));
  });

  test("a field is followed by the questions of its type", () => {
    const asn = labels("policy x on shop { when { ip.asn | } }");
    expect(asn).toEqual(expect.arrayContaining(["=", "in", "missing"]));
    expect(asn).not.toContain("<");
    expect(asn).not.toContain("}");
    expect(asn).not.toContain("any");
    expect(labels("policy x on shop { when { logins | } }")).toEqual(
      expect.arrayContaining([">=", "saturated"]),
    );
    expect(labels("policy x on shop { when { scripted | } }")).toContain("any");
  });

  test("only lists of a fitting type are offered", () => {
    expect(labels("policy x on shop { when { ip.asn in | } }")).toEqual(["bad_asn"]);
    expect(labels("policy x on shop { when { ip in of|")).toEqual(["office"]);
  });

  test("names come by their kind", () => {
    expect(labels("policy x on shop { then { deceive | } }")).toEqual(["fake_page"]);
    expect(labels("policy x on tagged | { }")).toEqual(["retail", "auth", "gift_card"]);
    expect(labels("policy x on shop.| { }")).toEqual([
      "tagged",
      "everything",
      "shop",
      "shop.login",
      "shop.card",
    ]);
    expect(labels("measure m = count at shop.login.| by ip over 1m")).toContain("shop.login.failure");
  });

  test("the values of bools and closed sets", () => {
    expect(labels("policy x on shop { when { route = | } }")).toEqual(["login", "card"]);
    expect(labels("policy x on shop { when { ua.is_bot = | } }")).toEqual(["true", "false"]);
  });

  test("a name that is being written is completed to the question whether it was cut off", () => {
    expect(labels("policy x on shop { when { header.user-agent.| } }")).toContain(
      "header.user-agent.truncated",
    );
    expect(labels("policy x on shop { when { path.tr| } }")).toContain("path.truncated");
    expect(labels("policy x on shop { when { body.| } }")).not.toContain("body.truncated");
    expect(labels("policy x on shop { when { ip.| } }")).not.toContain("ip.truncated");
  });

  test("what is half written above another declaration is completed by what it is", () => {
    const below = "\npolicy z on shop { then { label x } }";
    expect(labels(`measure m = |${below}`).toSorted()).toEqual(["count", "distinct", "gap", "new", "share"]);
    expect(labels(`measure m = share |${below}`)).toContain("login.failure");
    expect(labels(`response r like |${below}`)).toContain("shop.login");
    expect(labels(`channel c |${below}`)).toEqual(["slack", "email", "webhook"]);
    expect(labels(`policy x on shop {\n|${below}`)).toEqual(expect.arrayContaining(["mode", "policy"]));
  });

  test("caps, guards, cohorts, calls, alerts, origins and made-up values", () => {
    expect(labels("policy x on shop { cap { | } }")).toEqual(
      expect.arrayContaining(["known_good", "traffic", "over", "else"]),
    );
    expect(labels("policy x on tagged auth { guard { holdout | } }")).toContain("login.success");
    expect(labels("cohort c { | }")).toContain("later");
    expect(labels('smtp m "mail.example" |\n')).toEqual(expect.arrayContaining(["sender", "user", "secret"]));
    expect(labels("channel c slack from |\n")).toEqual(["env", "file"]);
    expect(labels("policy x on shop { then { alert soc | } }")).toEqual(
      expect.arrayContaining(["severity", "once"]),
    );
    expect(labels("app a { origin https://a.example | }")).toEqual(
      expect.arrayContaining(["weight", "sni", "insecure"]),
    );
    expect(labels("app a { | }")).toEqual(
      expect.arrayContaining(["lock", "health", "waits", "device_cookie"]),
    );
    expect(labels("app a { front cdn from [192.0.2.0/24] { | } }")).toContain("tls");
    expect(labels("response r { json { a: fake | } }")).toEqual(expect.arrayContaining(["email", "date"]));
  });

  test("memories, sequences and points are asked what they answer", () => {
    const kept =
      "\nremember device = print.stack at shop.login.success by username for 90d\nsequence drain by ip within 1m { shop.login then shop.card }";
    expect(labels(`policy x on shop { when { device | } }${kept}`)).toEqual(
      expect.arrayContaining(["known", "new", "differs", "missing", "saturated"]),
    );
    expect(labels(`policy x on shop { when { drain | } }${kept}`)).toContain("saturated");
    expect(labels("policy x on shop { when { scripted | } }")).toEqual(expect.arrayContaining([">=", "in"]));
  });

  test("nothing is offered in comments and texts", () => {
    expect(labels("# pol|")).toEqual([]);
    expect(labels('policy x on shop { owner "te|am" }')).toEqual([]);
    expect(labels("app a { route x GET /lo|gin }")).toEqual([]);
  });
});

test("completing in 2,000 lines takes less than 50 ms after every keystroke", () => {
  const policy =
    "policy pNUMBER on shop.login {\n  mode shadow\n  when {\n    ip.asn in bad_asn\n    logins >= 3\n  }\n  then { label x }\n}\n\n";
  const text = Array.from({ length: 222 }, (_, index) => policy.replace("NUMBER", String(index))).join("");
  complete(editing("|"), editing("|").position);
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
    const sources = editing(`${text}policy last on shop { when { ip.a| } }`);
    const start = performance.now();
    const { items } = complete(sources, sources.position);
    times.push(performance.now() - start);
    expect(items.length).toBeGreaterThan(5);
  }
  expect(Math.min(...times)).toBeLessThan(50);
});
