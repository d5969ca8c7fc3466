import { expect, test } from "bun:test";
import type { Facts } from "../../src/describe/facts.ts";
import { scheme } from "../../src/describe/field-table.ts";
import { simulator } from "../../src/judge/simulator.ts";
import { compilePolicies } from "../compile-policies.ts";
import type { Simulator } from "../simulator-port.ts";
import type { StatePorts } from "../state-ports.ts";
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

/** How much a host has to do for a diff of so many policies: requests described, and state opened for them. */
function workOf(policies: number): number {
  let work = 0;
  const host = simulator();
  const counted = <T>(open: (spec: T) => unknown) => {
    return (spec: T) => {
      work++;
      return open(spec) as never;
    };
  };
  const counting: Simulator<Facts> = {
    ...host,
    facts: (...given) => {
      work++;
      return host.facts(...given);
    },
    world: () => {
      const world = host.world();
      const state: StatePorts = {
        open: counted((spec) => world.state.open(spec)),
        openBaseline: counted((spec) => world.state.openBaseline(spec)),
        openMemory: counted((spec) => world.state.openMemory(spec)),
        openSequence: counted((spec) => world.state.openSequence(spec)),
        openHold: counted((spec) => world.state.openHold(spec)),
        openRate: counted((spec) => world.state.openRate(spec)),
      };
      return { ...world, state };
    },
  };
  const [before, after] = [403, 429].map((status): ComparedSet => {
    const rules = Array.from({ length: policies }, (_, index) => {
      const stop = `block ${status}  hold (ip) for 5m`;
      return `policy p${index} on a.r${index} { when { path.id = "${index}" } then { ${stop} } }`;
    });
    const routes = rules.map((_, index) => `route r${index} GET /r${index}/:id`);
    const text = `app a { hosts a.example\n${routes.join("\n")} }\n${rules.join("\n")}`;
    const { ir } = compilePolicies([{ name: "a.policy", text }], scheme, lists);
    if (!ir) throw new Error("does not compile");
    return { ir, lists };
  }) as [ComparedSet, ComparedSet];
  expect(diffPolicies(before, after, counting).verdicts).toEqual([]);
  return work;
}

test("four times the policies are four times the work, not sixteen times", () => {
  expect(workOf(80) / workOf(20)).toBeLessThan(4.5);
});

test("what one request leaves behind does not meet the next", () => {
  const [before, after] = [3, 200].map((limit): ComparedSet => {
    const text = `app a { hosts a.example  route login POST /login }
      measure seen = count at a.login by ip over 10m
      policy one on a.login { when { seen > ${limit} } then { block 429 } }
      policy two on a.login { when { header x-a = "1"  seen > ${limit} } then { block 403 } }`;
    const { ir } = compilePolicies([{ name: "a.policy", text }], scheme, lists);
    if (!ir) throw new Error("does not compile");
    return { ir, lists };
  }) as [ComparedSet, ComparedSet];
  const { verdicts } = diffPolicies(before, after, simulator());
  expect(verdicts.map(({ change, request }) => [change, /\d+ times/.exec(request)?.[0]])).toEqual([
    ["freed", "6 times"],
    ["freed", "6 times"],
  ]);
});
