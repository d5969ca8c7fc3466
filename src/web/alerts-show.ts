/** The alerts page, and what people do with deliveries. */
import { alertsPage } from "../../views/pages/alerts-page.ts";
import { AppError } from "../app-error.ts";
import type { OutboxState } from "../store/outbox-rows.ts";
import type { ViewerHandler } from "./console-call.ts";
import { htmlResponse, jsonResponse, seeOther } from "./console-response.ts";

const shown = 200;
const states: readonly OutboxState[] = ["pending", "delivered", "dead", "dropped"];

/** GET /alerts */
export const alertsShow: ViewerHandler = async ({ frame, url }, { context, options }) => {
  const state = stateOf(url);
  const outbox = await context.store.reader.outbox(state, shown);
  return htmlResponse(alertsPage(frame, { outbox, state, now: options.now() }));
};

/** GET /api/v1/outbox */
export const outboxJson: ViewerHandler = async ({ url }, { context }) =>
  jsonResponse(await context.store.reader.outbox(stateOf(url), shown));

/** POST /alerts/:id/resend */
export const deliveryResend: ViewerHandler = async (call, services) => {
  const { commands } = services.context.store;
  const id = call.parameters["id"] ?? "";
  const changed = await commands.resendDeliveries([id]);
  return done(call, services, changed, "outbox.resend", id);
};

/** POST /alerts/:id/drop */
export const deliveryDrop: ViewerHandler = async (call, services) => {
  const { commands } = services.context.store;
  const id = call.parameters["id"] ?? "";
  const changed = await commands.dropDeliveries([id]);
  return done(call, services, changed, "outbox.drop", id);
};

/** POST /alerts/resend-dead */
export const deadResend: ViewerHandler = async (call, services) => {
  const changed = await services.context.store.commands.resendDeliveries("all_dead");
  return done(call, services, changed, "outbox.resend", `${changed} dead`);
};

async function done(
  { session }: Parameters<ViewerHandler>[0],
  { context }: Parameters<ViewerHandler>[1],
  changed: number,
  action: string,
  detail: string,
): Promise<Response> {
  if (changed === 0) throw new AppError("not_found", "There is no such delivery to do this with.");
  await context.store.commands.audit({ who: session.user, action, detail });
  context.outboxChanged?.();
  return seeOther("/alerts");
}

function stateOf(url: URL): OutboxState | undefined {
  return states.find((state) => state === url.searchParams.get("state"));
}
