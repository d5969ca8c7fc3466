/** Receivers say that they have done what they were told: a call back, signed with the secret that the call was signed with. */
import { AppError } from "../app-error.ts";
import { readSecret } from "../tell/secret-source.ts";
import { isSigned, signingKeys } from "../tell/sign-call.ts";
import type { OpenHandler } from "./console-call.ts";
import { jsonResponse } from "./console-response.ts";

const longestBody = 8192;
const longestText = 300;

/** POST /api/v1/acknowledgements/:id, `id` being the `webhook-id` of the call and `ack_` before it this one's; the body's `status` may say how it went. */
export const acknowledgement: OpenHandler = async ({ request, parameters }, { context, options }) => {
  const id = parameters["id"] ?? "";
  const body = await request.text();
  const delivery =
    id.length > 100 || body.length > longestBody ? undefined : await context.store.reader.delivery(id);
  const keys = delivery ? keysOf(delivery.target, context.targets) : [];
  const call = {
    id: request.headers.get("webhook-id") ?? "",
    timestamp: request.headers.get("webhook-timestamp") ?? "",
    signatures: request.headers.get("webhook-signature") ?? "",
    body,
  };
  // Its own id names the delivery, so that neither another acknowledgement nor the call itself can stand for it.
  if (!delivery || call.id !== `ack_${id}` || !isSigned(call, keys, options.now())) {
    throw new AppError(
      "unauthenticated",
      "The call is not signed as it must be, or nothing of this id was told.",
    );
  }
  const isNew = await context.store.commands.acknowledge({ id, text: textOf(body), at: options.now() });
  if (isNew) {
    const who = `receiver of ${delivery.target}`;
    await context.store.commands.audit({ who, action: "outbox.acknowledged", detail: id });
  }
  return jsonResponse({ id, status: isNew ? "acknowledged" : "already_acknowledged" });
};

function keysOf(target: string, targets: Parameters<OpenHandler>[1]["context"]["targets"]): Buffer[] {
  const webhook = targets?.messaging().webhooks.find((one) => `webhook ${one.name}` === target);
  const secret = targets && webhook?.secret && readSecret(webhook.secret, targets.folder);
  return secret && "text" in secret ? signingKeys(secret.text) : [];
}

/** What a receiver says, as one line. */
function textOf(body: string): string {
  let said: unknown;
  try {
    said = JSON.parse(body);
  } catch {
    said = undefined;
  }
  const status = typeof said === "object" && said !== null && "status" in said ? said.status : undefined;
  const text = typeof status === "string" ? status : "";
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").slice(0, longestText);
}
