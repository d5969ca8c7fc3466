/** The host as policy tests see it: real facts, real prints, the real way to a decision, state without a past. */
import type { DescribedAnswer, ResponseView, Simulator } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";
import { scheme } from "../describe/field-table.ts";
import { networkClassifier } from "../enrich/network-class.ts";
import { GaugeStore } from "../gauge/gauge-store.ts";
import { describedFacts } from "./described-facts.ts";
import { judgeRequest, placeRequest } from "./judgement.ts";
import { shippedLists } from "./shipped-policies.ts";

/** For one case: more than any test fills. */
const stateBytes = 8 << 20;

/** The simulator that `test`, `explain` and `diff` run on. */
export function simulator(): Simulator<Facts> {
  const classOf = networkClassifier(shippedLists);
  return {
    scheme,
    // A fixed seed: a test must not pass on one run and fail on the next.
    state: () => new GaugeStore({ maxBytes: stateBytes, seed: new Uint8Array(8) }),
    facts: (request, now) => describedFacts(request, now, classOf),
    place: (facts, set) => placeRequest(facts, { set, revision: 0, files: [], since: 0 }),
    judge: judgeRequest,
    answer: answerView,
  };
}

function answerView({ status, headers }: DescribedAnswer): ResponseView {
  const header = (name: string) => headers.find(([one]) => one.toLowerCase() === name)?.[1];
  return { status, header };
}
