/** The overview page and the API's overview. */
import { overviewPage } from "../../views/pages/overview-page.ts";
import type { ViewerHandler } from "./console-call.ts";
import { htmlResponse, jsonResponse } from "./console-response.ts";
import { overviewModel, rangeOf } from "./overview-model.ts";

/** GET / */
export const overviewShow: ViewerHandler = async ({ frame, url }, { context, options }) =>
  htmlResponse(overviewPage(frame, await overviewModel(context, rangeOf(url), options.now())));

/** GET /api/v1/overview?range=1h */
export const overviewJson: ViewerHandler = async ({ url }, { context, options }) => {
  const { range, overview } = await overviewModel(context, rangeOf(url), options.now());
  return jsonResponse({ range, ...overview, process: context.totals() });
};
