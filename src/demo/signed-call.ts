/** Checks calls that are signed as Standard Webhooks specifies (symmetric, `v1`): who calls, when, and that nothing was changed. */
import { createHmac } from "node:crypto";
import { isSameSecret } from "./token.ts";

const toleranceS = 5 * 60;
const mostSignatures = 10;

/** A call whose signature and time are right. */
export interface VerifiedCall {
  readonly id: string;
  /** The same for an exact repetition, another one for a new try. */
  readonly signature: string;
}

/** The call, or undefined when it is altered, old, or not signed by this secret; `now` in ms. */
export function verifyCall(
  headers: Headers,
  body: string,
  secret: string,
  now: number,
): VerifiedCall | undefined {
  const id = headers.get("webhook-id") ?? "";
  const timestamp = headers.get("webhook-timestamp") ?? "";
  if (id === "" || id.length > 200 || !/^\d{1,12}$/.test(timestamp)) return undefined;
  if (Math.abs(Number(timestamp) - now / 1000) > toleranceS) return undefined;
  const mac = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
  const given = (headers.get("webhook-signature") ?? "").split(" ").slice(0, mostSignatures);
  const signature = given.find((one) => isSameSecret(one, `v1,${mac}`));
  return signature === undefined ? undefined : { id, signature };
}
