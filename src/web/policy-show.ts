/** One policy's page. */
import { type Range, ranges } from "../../views/event-query.ts";
import { policyPage } from "../../views/pages/policy-page.ts";
import { AppError } from "../app-error.ts";
import type { ViewerHandler } from "./console-call.ts";
import { htmlResponse } from "./console-response.ts";
import { learnedModel } from "./learned-model.ts";
import { policyErrors } from "./policy-errors.ts";

const shownRanges: readonly Range[] = ["1h", "6h", "24h"];
const shownEvents = 10;

/** GET /policies/:name */
export const policyShow: ViewerHandler = async ({ frame, parameters }, { context, options }) => {
  const name = parameters["name"] ?? "";
  const status = context.policyStatus();
  const policy = status.live.policies.find((one) => one.name === name);
  if (policy === undefined) {
    throw new AppError(
      "not_found",
      `The live set has no policy "${name.slice(0, 80)}". It may have been renamed or removed since.`,
    );
  }
  const { reader } = context.store;
  const measured = status.live.costs?.().find((cost) => cost.policy === name);
  const [stored, page, ...overviews] = await Promise.all([
    // After a restart nothing is measured yet.
    measured ? [] : reader.policyCosts(status.revision),
    reader.events({ decider: name }, undefined, shownEvents),
    ...shownRanges.map((range) => reader.overview(ranges[range])),
  ]);
  const stops = shownRanges.map((range, index) => ({
    range,
    stopped: overviews[index]?.topPolicies.find((row) => row.decider === name)?.stopped ?? 0,
  }));
  return htmlResponse(
    policyPage(frame, {
      policy,
      revision: status.revision,
      stops,
      cost: measured ?? stored.find((cost) => cost.policy === name),
      events: page.events,
      learned: (policy.learns ?? []).map((learned) =>
        learnedModel(learned, context.learnedAnswer?.(learned)),
      ),
      policyErrors: policyErrors(status),
      now: options.now(),
    }),
  );
};
