/** A stored policy revision. */
import { revisionPage } from "../../views/pages/policy-file-page.ts";
import { AppError } from "../app-error.ts";
import type { ViewerHandler } from "./console-call.ts";
import { htmlResponse } from "./console-response.ts";

/** GET /revisions/:id */
export const revisionShow: ViewerHandler = async ({ frame, parameters }, { context }) => {
  const text = parameters["id"] ?? "";
  const id = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  const revision = id === undefined ? undefined : await context.store.reader.revision(id);
  if (revision === undefined) throw new AppError("not_found", `There is no revision "${text.slice(0, 40)}".`);
  const costs = await context.store.reader.policyCosts(revision.id);
  return htmlResponse(revisionPage(frame, revision, costs, revision.id === context.policyStatus().revision));
};
