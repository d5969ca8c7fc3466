/** The page of switches. */
import { switchesPage } from "../../views/pages/switches-page.ts";
import type { ViewerHandler } from "./console-call.ts";
import { htmlResponse } from "./console-response.ts";

/** GET /switches */
export const switchesShow: ViewerHandler = ({ frame }, { context }) => {
  const { live } = context.policyStatus();
  const { enforcement } = context;
  return htmlResponse(
    switchesPage(frame, {
      apps: live.apps,
      policies: live.policies,
      switches: enforcement.switches(),
      states: enforcement.states(),
      frozen: enforcement.frozen(),
    }),
  );
};
