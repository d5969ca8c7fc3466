import { expect, test } from "bun:test";
import { compilePolicies } from "../compile-policies.ts";
import { linkPolicies } from "../link-policies.ts";
import type { Outcome } from "../policy-set.ts";
import { type SampleFacts, sampleLists, sampleScheme } from "../sample-scheme.ts";
import { sampleGauges } from "../sample-state.ts";

const source = `
app shop {
  hosts  shop.example
  route  login POST /login tagged auth
  route  page  GET  /page  tagged auth
  identify username = body.user
  outcome  login success status 200  challenge status 202  failure status 401
}
measure pending = count at tagged auth.unproven by ip over 10m
measure names   = distinct username at tagged auth.unproven by ip over 10m

policy guess on tagged auth {
  mode enforce
  when {
    any { pending >= 5  names >= 3 }
  }
  then { block 429 }
}
`;

function startWorld() {
  const { ir, diagnostics } = compilePolicies(
    [{ name: "a.policy", text: source }],
    sampleScheme,
    sampleLists,
  );
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const set = linkPolicies(ir!, sampleScheme, { gauges: sampleGauges(), lists: sampleLists });
  let now = Date.UTC(2026, 0, 1);
  const bucket = set.place("shop.example", "POST", "/login")!.bucket;
  const page = set.place("shop.example", "GET", "/page")!.bucket;
  const ask = (where: typeof bucket, username: string) => {
    const facts = { ip: "192.0.2.1", username } as unknown as SampleFacts;
    now += 1000;
    where.observe(facts, now);
    return { facts, action: where.judge(facts, now).action.kind };
  };
  return {
    /** What is decided of an attempt, and how to let it end. */
    attempt: (username = "ann") => {
      const { facts, action } = ask(bucket, username);
      const end = (kind: Outcome["kind"]) => bucket.settle(facts, { event: "login", kind }, now);
      if (action !== "allow") end("stopped");
      return { action, end, withdraw: () => bucket.withdraw?.(facts, now) };
    },
    look: () => ask(page, "ann").action,
  };
}

test("the fifth attempt at once is stopped while no answer has come", () => {
  const { attempt } = startWorld();
  const actions: string[] = Array.from({ length: 8 }, () => attempt().action);
  expect(actions).toEqual([
    ...Array.from({ length: 4 }, () => "allow"),
    ...Array.from({ length: 4 }, () => "block"),
  ]);
});

test("failures stay, and what was stopped does not add to them", () => {
  const { attempt } = startWorld();
  for (let index = 0; index < 4; index++) attempt().end("failure");
  for (let index = 0; index < 20; index++) expect(attempt().action).toBe("block");
});

for (const how of ["success", "challenge"] as const) {
  test(`any number of attempts that end in ${how} stop nobody`, () => {
    const { attempt } = startWorld();
    for (let index = 0; index < 50; index++) {
      const { action, end } = attempt(`user${index}`);
      expect(action).toBe("allow");
      end(how);
    }
  });
}

test("answers that say nothing count against nobody: an outage stops no one", () => {
  const { attempt } = startWorld();
  for (let index = 0; index < 50; index++) {
    const { action, withdraw } = attempt(`user${index}`);
    expect(action).toBe("allow");
    withdraw();
  }
});

test("a name that gets in after a mistake is unproven no more, but its failed attempt stays counted", () => {
  const { attempt } = startWorld();
  attempt("ann").end("failure");
  attempt("joe").end("failure");
  attempt("ann").end("success");
  // Joe and Mia: two names.
  const third = attempt("mia");
  expect(third.action).toBe("allow");
  third.end("failure");
  expect(attempt("kim").action).toBe("block");
});

test("a name that failed and is tried again is one name, and being stopped does not clear it", () => {
  const { attempt } = startWorld();
  attempt("ann").end("failure");
  attempt("joe").end("failure");
  expect(attempt("mia").action).toBe("block");
  expect(attempt("mia").action).toBe("block");
  expect(attempt("ann").action).toBe("allow");
});

test("requests that are no attempts read the count without adding to it", () => {
  const { attempt, look } = startWorld();
  for (let index = 0; index < 4; index++) attempt().end("failure");
  for (let index = 0; index < 10; index++) expect(look()).toBe("allow");
  expect(attempt().action).toBe("block");
});
