/** The host as policy tests see it: real facts, real prints, the real way to a decision, state without a past. */
import type { DescribedAnswer, ResponseView, Simulator } from "../../dsl/index.ts";
import { bodyField } from "../describe/body-fields.ts";
import type { Facts } from "../describe/facts.ts";
import { scheme } from "../describe/field-table.ts";
import { parseJson } from "../describe/json-document.ts";
import { networkClassifier } from "../enrich/network-class.ts";
import { FlowBook } from "../gauge/flow-book.ts";
import { GaugeStore } from "../gauge/gauge-store.ts";
import { SessionBook } from "../gauge/session-book.ts";
import { type AccountEvidence, openHistory, readsFlow } from "./account-evidence.ts";
import { describedFacts } from "./described-facts.ts";
import { judgeRequest, placeRequest, settleRequest } from "./judgement.ts";
import { shippedLists } from "./shipped-policies.ts";

/** For one case: more than any test fills. */
const stateBytes = 8 << 20;

/** The simulator that `test`, `explain` and `diff` run on. */
export function simulator(): Simulator<Facts> {
  const classOf = networkClassifier(shippedLists);
  return {
    scheme,
    world: () => {
      // A fixed seed: a test must not pass on one run and fail on the next.
      const state = new GaugeStore({ maxBytes: stateBytes, seed: new Uint8Array(8) });
      const sessions = new SessionBook();
      const flows = new FlowBook(undefined, new Uint8Array(8));
      let evidence: AccountEvidence = { sessions };
      return {
        state,
        place: (facts, set) => {
          evidence = {
            sessions,
            history: openHistory(set, state, new Set()),
            ...(readsFlow(set) && { flows }),
          };
          const place = placeRequest(facts, { set, revision: 0, files: [], since: 0 });
          return place?.choose ? place.choose(facts) : place;
        },
        judge: (facts, place) => judgeRequest(facts, place, evidence),
        settle: (facts, place, outcome, answer, now = facts.now) => {
          settleRequest(facts, place, outcome, answer, evidence, now);
        },
      };
    },
    facts: (request, now) => describedFacts(request, now, classOf),
    answer: answerView,
  };
}

function answerView({ status, headers, body }: DescribedAnswer): ResponseView {
  const root = parseJson(body);
  const header = (name: string) => headers.find(([one]) => one.toLowerCase() === name)?.[1];
  return {
    status,
    header,
    cookie: (name) => {
      const set = headers.find(
        ([one, value]) => one.toLowerCase() === "set-cookie" && value.startsWith(`${name}=`),
      );
      return set?.[1].slice(name.length + 1).split(";")[0];
    },
    body: {
      isReadable: root !== undefined,
      field: (path) => root && bodyField({ kind: "json", root }, path),
      text: body,
    },
  };
}
