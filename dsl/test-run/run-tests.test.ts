/** The runner: what passes, what fails and how it says so, with a host of plain sample facts. */
import { expect, test } from "bun:test";
import { type SampleFacts, sampleLists, sampleScheme } from "../sample-scheme.ts";
import { sampleGauges } from "../sample-state.ts";
import type { Simulator } from "../simulator-port.ts";
import { runTests } from "./run-tests.ts";

const textOf = (value: unknown) => (typeof value === "string" ? value : "");

const simulator: Simulator<SampleFacts> = {
  scheme: sampleScheme,
  world: () => ({
    state: sampleGauges(),
    place: (facts, set) => set.place("shop.example", textOf(facts["method"]), textOf(facts["path"])),
    judge: (facts, { bucket }) => {
      const now = Number(facts["now"]);
      const { username } = bucket.identify(facts);
      Object.assign(facts, { username, account: username });
      bucket.observe(facts, now);
      return bucket.judge(facts, now);
    },
    settle: (facts, { bucket }, outcome) => bucket.settle(facts, outcome, Number(facts["now"])),
  }),
  facts: ({ method, target, fields, body }, now) => {
    const value = Object.entries((body?.value ?? {}) as Record<string, string>);
    const inBody = value.map(([name, one]) => [`body.${name}`, one] as const);
    return { method, path: target, now, ...Object.fromEntries(fields), ...Object.fromEntries(inBody) };
  },
  answer: ({ status }) => ({ status, header: () => undefined }),
};

const set = `
app shop {
  route login POST /login
  identify username = body.email
  outcome login success status 200
                failure status 401
}
measure failed = distinct username at shop.login.failure by ip.net over 10m
policy spraying on shop.login {
  mode shadow  rollout 0% by ip.net  expires 2020-01-01
  when { any { failed >= 3  path = "/never" } }
  then { block 429  label ato  mark "odd"  hold ip.net for 1m }
}`;

function run(cases: string) {
  const text = `${set}\ntest spraying { let bot = POST /login { ip.net "192.0.2.1", body { email: "a@x.example" } } ${cases} }`;
  return runTests([{ name: "x.policy", text }], sampleLists, simulator);
}

function failuresOf(body: string) {
  const { report, diagnostics } = run(`case "c" { ${body} }`);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return report?.cases.flatMap(({ failures }) => failures) ?? [];
}

const spray = "send bot varying username times 4 every 1s answering login.failure";

test("a policy in shadow, with an expiry and a rollout, is judged as enforced for everybody", () => {
  expect(
    failuresOf(`${spray} expect block 429 by spraying  expect any allow  expect none block 403`),
  ).toEqual([]);
  expect(
    failuresOf(`${spray} expect label ato  expect mark "odd"  expect hold by spraying  expect status 429`),
  ).toEqual([]);
});

test("a rollout and a date that the case states count", () => {
  expect(failuresOf(`rollout 0% ${spray} expect all allow`)).toEqual([]);
  expect(failuresOf(`at 2026-01-01T10:00Z ${spray} expect all allow`)).toEqual([]);
});

test("the clock moves between requests and by after", () => {
  expect(failuresOf(`${spray} after 1h send bot expect allow`)).toEqual([]);
  expect(
    failuresOf("send bot varying username times 4 every 6m answering login.failure expect all allow"),
  ).toEqual([]);
});

test("every case starts without a past", () => {
  const { report } = run(`case "a" { ${spray} expect block }  case "b" { send bot expect allow }`);
  expect(report?.cases.flatMap(({ failures }) => failures)).toEqual([]);
});

test("a failure names its line, what was expected, what came, and every clause's value", () => {
  const [failure, ...more] = failuresOf(`${spray}\n expect all allow`);
  expect(more).toEqual([]);
  expect(failure?.line).toBe(15);
  expect(failure?.expected).toBe("expect all allow");
  expect(failure?.got).toBe('block 429 by spraying, label ato, mark "odd" for request 4 of 4');
  expect(failure?.trace.join("\n")).toContain("yes failed >= 3    (3)");
  expect(failure?.trace.join("\n")).toContain('no  path = "/never"');
});

test("an explanation that is not given, and an answer of another route, fail", () => {
  expect(failuresOf(`${spray} explain contains "failed >= 4"`)[0]?.got).toBe("failed >= 3");
  const { report } = runTests(
    [
      {
        name: "x.policy",
        text: `${set}\ntest spraying { let x = GET /y case "c" { send x answering login.failure } }`,
      },
    ],
    sampleLists,
    simulator,
  );
  expect(report?.cases[0]?.failures[0]?.got).toContain("no event `login` here");
});

test("coverage names what was never true, never false and never asked", () => {
  const text = `${set}
    policy other on shop { mode shadow when { path = "/z" } then { block } }
    test spraying { let bot = POST /login { ip.net "a" } case "c" { send bot expect allow } }`;
  const { report } = runTests([{ name: "x.policy", text }], sampleLists, simulator);
  expect(report?.coverage.untested).toEqual(["other"]);
  expect(report?.coverage.gaps).toContainEqual({
    policy: "spraying",
    clause: 'path = "/never"',
    never: "true",
  });
  expect(report?.coverage.gaps).toContainEqual({ policy: "other", clause: 'path = "/z"', never: "true" });
});

test("a set with an error runs nothing", () => {
  const { report, diagnostics } = run('case "c" { send nobody }');
  expect(report).toBeUndefined();
  expect(diagnostics.map(({ code }) => code)).toContain("X001");
});

test("calls and alerts are told once in their time, by the case's clock, and calls about accounts after a success", () => {
  const text = `
    app shop {
      route login POST /login
      identify username = body.email
      identify session = cookie sid
      outcome login success status 200 failure status 401
    }
    webhook reset POST https://id.shop.example/reset
    channel soc slack from env SOC
    policy risky on shop.login {
      mode draft
      when { ip.asn = 1 }
      then { webhook reset { user: account }  alert soc once per ip.net every 10m }
    }
    test risky {
      let bot = POST /login { ip.asn 1, ip.net "n", body { email: "a@x.example" } }
      case "c" {
        send bot answering login.failure
        expect none webhook reset
        expect alert soc by risky
        send bot times 2 answering login.success
        expect any webhook reset by risky
        expect none alert soc
        send bot answering login.success
        expect none webhook reset
        after 10m
        send bot varying username answering login.success
        expect alert soc
        expect webhook reset
      }
    }`;
  const { report, diagnostics } = runTests([{ name: "x.policy", text }], sampleLists, simulator);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(report?.cases[0]?.failures).toEqual([]);
});
