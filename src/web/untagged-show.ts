/** Login-like traffic on routes that nobody declared: the page, and the API's form of it. */
import { untaggedPage } from "../../views/pages/untagged-page.ts";
import { routeLines } from "../record/route-lines.ts";
import type { ViewerHandler } from "./console-call.ts";
import { htmlResponse, jsonResponse } from "./console-response.ts";

/** GET /onboarding/untagged */
export const untaggedShow: ViewerHandler = ({ frame }, { context, options }) => {
  const found = context.untaggedLogins?.() ?? [];
  return htmlResponse(untaggedPage(frame, { found, lines: routeLines(found), now: options.now() }));
};

/** GET /api/v1/untagged */
export const untaggedJson: ViewerHandler = (_call, { context }) => {
  const found = context.untaggedLogins?.() ?? [];
  return jsonResponse({
    untagged: found.map((one) => ({ ...one, lastAt: new Date(one.lastAt).toISOString() })),
    lines: Object.fromEntries(routeLines(found)),
  });
};
