import { expect, test } from "bun:test";
import type { AtRisk, Decision, PolicyMatch } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";
import { deedMatch } from "./attack-match.ts";

const stop: PolicyMatch = {
  policy: "money_at_once",
  mode: "enforce",
  effect: "block",
  applied: true,
  reasons: [{ clause: "spends_at_once", value: "true" }],
};

function deed(labels: readonly string[], match: Partial<PolicyMatch> = {}, counted?: readonly string[]) {
  const decision: Decision = {
    action: { kind: "block", status: 403 },
    decider: "money_at_once",
    matches: [{ ...stop, ...match }],
    labels,
  };
  const atRisk = counted && ({ labels: new Set(counted) } as unknown as AtRisk<Facts>);
  return deedMatch(decision, atRisk)?.policy;
}

test("what is stopped as a taker's is his deed, also where the stop alone was withheld", () => {
  expect(deed(["takeover"])).toBe("money_at_once");
  expect(deed(["takeover"], { withheld: "cap" })).toBe("money_at_once");
  expect(deed(["stolen"], {}, ["stolen"])).toBe("money_at_once");
});

test("whoever is exempted by name did nothing wrong", () => {
  const exempted: Decision = {
    action: { kind: "allow" },
    decider: "known_device",
    matches: [{ ...stop, applied: false }],
    labels: ["takeover"],
  };
  expect(deedMatch(exempted, undefined)).toBeUndefined();
});

test.each([
  ["says nothing of takeovers", ["gift_card"], {}],
  ["is in shadow", ["takeover"], { mode: "shadow" }],
  ["stops nothing", ["takeover"], { effect: "observe" }],
  ["only limits", ["takeover"], { effect: "ratelimit" }],
  ["is switched off", ["takeover"], { withheld: "switched_off" }],
  ["spares a known one", ["takeover"], { withheld: "known_good" }],
  ["was released", ["takeover"], { withheld: "released" }],
] as const)("a policy that %s says nothing of who signed in", (_why, labels, match) => {
  expect(deed(labels, match)).toBeUndefined();
});
