/** A whole policy file: as it is live, or as the latest edit left it. */
import { policyFilePage } from "../../views/pages/policy-file-page.ts";
import { AppError } from "../app-error.ts";
import type { ViewerHandler } from "./console-call.ts";
import { htmlResponse } from "./console-response.ts";

/** GET /policy-files?name=shop.policy&version=edited */
export const policyFileShow: ViewerHandler = ({ frame, url }, { context }) => {
  const name = url.searchParams.get("name") ?? "";
  const status = context.policyStatus();
  const isEdited = url.searchParams.get("version") === "edited";
  const file = (isEdited ? status.diagnosedFiles : status.files).find((one) => one.name === name);
  if (file === undefined) {
    throw new AppError("not_found", `There is no policy file "${name.slice(0, 120)}" in this set.`);
  }
  const isLive = !isEdited || !status.isBroken;
  const wrongLines = new Set(
    isEdited ? status.diagnostics.filter((one) => one.file === name).map((one) => one.line) : [],
  );
  return htmlResponse(policyFilePage(frame, { file, isLive, wrongLines }));
};
