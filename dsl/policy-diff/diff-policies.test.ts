import { expect, test } from "bun:test";
import { scheme } from "../../src/describe/field-table.ts";
import { simulator } from "../../src/judge/simulator.ts";
import { compilePolicies } from "../compile-policies.ts";
import { type ComparedSet, diffPolicies } from "./diff-policies.ts";

const lists = { read: () => undefined };

function setOf(entries: string): ComparedSet {
  const text = `app a { hosts a.example  route login POST /login }
    list bad: asn = [${entries}]
    policy p on a.login { when { ip.asn in bad } then { block } }`;
  const { ir } = compilePolicies([{ name: "a.policy", text }], scheme, lists);
  if (!ir) throw new Error("does not compile");
  return { ir, lists };
}

test("an entry taken out of a list, not only the first one, shows whom that frees", () => {
  const { verdicts } = diffPolicies(setOf("9009, 60068, 174"), setOf("9009, 174"), simulator());
  expect(verdicts.map(({ request }) => request)).toEqual([expect.stringContaining("ip.asn 60068")]);
});

test("the same entries in another order mean the same", () => {
  const { verdicts } = diffPolicies(setOf("9009, 174"), setOf("174, 9009"), simulator());
  expect(verdicts).toEqual([]);
});
