import { expect, test } from "bun:test";
import { type ComparedSet, compilePolicies, diffPolicies } from "../dsl/index.ts";
import { scheme } from "./describe/field-table.ts";
import { simulator } from "./judge/simulator.ts";

const lists = { read: () => undefined };

function setOf(text: string): ComparedSet {
  const { ir, diagnostics } = compilePolicies([{ name: "x.policy", text }], scheme, lists);
  if (!ir) throw new Error(JSON.stringify(diagnostics));
  return { ir, lists };
}

const app = `
app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login success status 200
                failure status 401
}
list bad: asn = [9009]
measure failed = distinct username at shop.login.failure by ip.net over 10m
`;
const network =
  'policy network on tagged auth { when { any { ip.asn in bad  path ends "/x" } } then { block } }';
const counting = (most: number) =>
  `policy counting on shop.login { when { failed >= ${most} } then { block 429 } }`;

function diff(before: string, after: string) {
  return diffPolicies(setOf(app + before), setOf(app + after), simulator());
}

test("what means the same differs in nothing, however it is written", () => {
  const moved = `# a comment\n${counting(5)}\n${network.replace("{ when", "{\n  when")}`;
  expect(diff(`${network}\n${counting(5)}`, moved)).toEqual({ parts: [], verdicts: [] });
});

test("an added policy is named, and a request that it stops", () => {
  const { parts, verdicts } = diff("", network);
  expect(parts).toEqual([{ part: "policy network", change: "added", aspects: [] }]);
  expect(verdicts.map(({ change, after }) => [change, after])).toEqual([["stopped", "block by network"]]);
  expect(verdicts[0]?.request).toContain("ip.asn 9009");
});

test("a threshold that was raised frees whoever stays below it", () => {
  const { parts, verdicts } = diff(counting(5), counting(50));
  expect(parts[0]?.aspects).toEqual([{ name: "when", before: "failed >= 5", after: "failed >= 50" }]);
  expect(verdicts.map(({ change, before }) => [change, before])).toEqual([["freed", "block by counting"]]);
  expect(verdicts[0]?.request).toContain("times varying body.email");
});

test("a policy that is removed frees, one that only changes its answer decides differently", () => {
  expect(diff(network, "").verdicts.map(({ change }) => change)).toEqual(["freed"]);
  const lie = `response lie { status 200 }\n${network.replace("block", "deceive lie")}`;
  expect(diff(network, lie).verdicts.map(({ change }) => change)).toEqual(["differently"]);
});
