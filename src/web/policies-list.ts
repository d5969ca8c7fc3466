/** The policies page and the API's policies. */
import { formatDiagnostic } from "../../dsl/index.ts";
import { ranges } from "../../views/event-query.ts";
import { policiesPage } from "../../views/pages/policies-page.ts";
import type { ViewerHandler } from "./console-call.ts";
import { htmlResponse, jsonResponse } from "./console-response.ts";

/** GET /policies */
export const policiesList: ViewerHandler = async ({ frame }, { context, options }) => {
  const status = context.policyStatus();
  const { topPolicies } = await context.store.reader.overview(ranges["24h"]);
  return htmlResponse(
    policiesPage(frame, {
      policies: status.live.policies,
      apps: status.live.apps,
      fileNames: status.files.map((file) => file.name).toSorted(),
      revision: status.revision,
      hash: status.live.hash,
      liveSince: status.liveSince,
      isBroken: status.isBroken,
      diagnostics: status.diagnostics.map((diagnostic) => ({
        diagnostic,
        text: formatDiagnostic(diagnostic, status.diagnosedFiles, { color: false }),
      })),
      stopsByPolicy: new Map(topPolicies.map((row) => [row.decider, row.stopped])),
      costByPolicy: new Map(
        (status.live.costs?.() ?? []).flatMap(({ policy, meanNs }) =>
          meanNs === undefined ? [] : [[policy, meanNs] as const],
        ),
      ),
      now: options.now(),
    }),
  );
};

/** GET /api/v1/policies */
export const policiesJson: ViewerHandler = (_call, { context }) => {
  const { live, revision, liveSince, isBroken, diagnostics } = context.policyStatus();
  return jsonResponse({
    revision,
    hash: live.hash,
    liveSince: new Date(liveSince).toISOString(),
    isBroken,
    diagnostics,
    policies: live.policies,
    apps: live.apps,
  });
};
