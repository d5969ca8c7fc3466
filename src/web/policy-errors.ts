/** How many errors keep the policies folder's latest content from deciding. */
import type { PolicyStatus } from "./console-context.ts";

/** 0 when the folder's content is live; at least 1 when it is not. */
export function policyErrors(status: PolicyStatus): number {
  if (!status.isBroken) return 0;
  return Math.max(1, status.diagnostics.filter((one) => one.severity === "error").length);
}
