/** The receipt of one event, as a page and in the API. */
import { eventPage } from "../../views/pages/event-page.ts";
import { AppError } from "../app-error.ts";
import { remadePrints } from "../fingerprint/remade-prints.ts";
import { parseEventId } from "../store/event-row.ts";
import type { EventDetail } from "../store/store-reader.ts";
import type { ViewerHandler } from "./console-call.ts";
import type { ConsoleContext } from "./console-context.ts";
import { htmlResponse, jsonResponse } from "./console-response.ts";
import { eventJson } from "./event-json.ts";
import { readReceipt } from "./receipt-read.ts";

/** GET /events/:id */
export const eventShow: ViewerHandler = async ({ frame, parameters }, { context }) => {
  const { event, revision } = await findEvent(context, parameters["id"] ?? "");
  const receipt = readReceipt(event.receipt);
  const isDeciderLive = context.policyStatus().live.policies.some((policy) => policy.name === event.decider);
  return htmlResponse(
    eventPage(frame, { event, receipt, revision, isDeciderLive, printsNow: remadePrints(event) }),
  );
};

/** GET /api/v1/events/:id */
export const eventShowJson: ViewerHandler = async ({ parameters }, { context }) => {
  const { event, revision } = await findEvent(context, parameters["id"] ?? "");
  return jsonResponse({
    ...eventJson(event),
    ...readReceipt(event.receipt),
    printsNow: remadePrints(event),
    policyRevision: revision,
  });
};

async function findEvent(context: ConsoleContext, text: string): Promise<EventDetail> {
  const id = parseEventId(text);
  if (id === undefined)
    throw new AppError(
      "not_found",
      `"${text.slice(0, 40)}" is no event id. An id has 11 characters, such as 6H0SEW02401.`,
    );
  const detail = await context.store.reader.event(id);
  if (detail !== undefined) return detail;
  // An event that was just made is in memory before it is on disk.
  await context.store.events.flush();
  const stored = await context.store.reader.event(id);
  if (stored === undefined) {
    throw new AppError(
      "not_found",
      `There is no event ${text.toUpperCase()}. It may be older than events are kept, or it was sampled away while the store was behind.`,
    );
  }
  return stored;
}
