/** The events page, its parts for htmx, and the API's events. */
import { type EventQuery, eventsHref, narrowed } from "../../views/event-query.ts";
import type { FilterChoices } from "../../views/fragments/events-filter.ts";
import { type EventsModel, eventsResults } from "../../views/fragments/events-results.ts";
import { eventsPage, eventsView } from "../../views/pages/events-page.ts";
import { AppError, httpStatusOf } from "../app-error.ts";
import { formatEventId } from "../store/event-row.ts";
import type { EventCursor } from "../store/store-reader.ts";
import { type ConsoleServices, swapTarget, type ViewerHandler, wantsFragment } from "./console-call.ts";
import type { ConsoleContext } from "./console-context.ts";
import { htmlResponse, jsonResponse } from "./console-response.ts";
import { eventJson } from "./event-json.ts";
import { eventCursor, eventFilter, readEventQuery } from "./event-query.ts";

const pageLength = 50;
const maxApiLength = 200;

/** GET /events */
export const eventsList: ViewerHandler = async ({ frame, request, url }, services) => {
  const query = readEventQuery(url.searchParams);
  const { model, status } = await readEvents(query, services);
  const headers = { "hx-replace-url": eventsHref(query) };
  const target = wantsFragment(request) ? swapTarget(request) : "";
  if (target === "results") return htmlResponse(eventsResults(model), status, headers);
  const choices = filterChoices(services.context);
  if (target === "events-view") return htmlResponse(eventsView(model, choices), status);
  return htmlResponse(eventsPage(frame, model, choices), status);
};

/** GET /api/v1/events with the page's parameters and `limit` (50, at most 200). */
export const eventsJson: ViewerHandler = async ({ url }, { context, options }) => {
  const query = readEventQuery(url.searchParams);
  const limit = Number(url.searchParams.get("limit") ?? pageLength);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxApiLength) {
    throw new AppError("bad_input", `limit is a whole number from 1 to ${maxApiLength}.`);
  }
  const page = await context.store.reader.events(
    eventFilter(query, options.now()),
    eventCursor(query),
    limit,
  );
  return jsonResponse({
    events: page.events.map(eventJson),
    older: cursorHref(query, page.older, limit),
    newer: cursorHref(query, page.newer, limit),
    isComplete: page.isComplete,
  });
};

async function readEvents(
  query: EventQuery,
  { context, options }: ConsoleServices,
): Promise<{ model: EventsModel; status: number }> {
  const now = options.now();
  try {
    const page = await context.store.reader.events(eventFilter(query, now), eventCursor(query), pageLength);
    return { model: { query, page, trouble: undefined, now }, status: 200 };
  } catch (error) {
    // A filter that makes no sense is said beside the filter, where it can be put right.
    if (!(error instanceof AppError) || error.code !== "bad_input") throw error;
    return {
      model: { query, page: undefined, trouble: error.publicMessage, now },
      status: httpStatusOf[error.code],
    };
  }
}

function filterChoices(context: ConsoleContext): FilterChoices {
  const { apps, policies } = context.policyStatus().live;
  const routes = new Set(apps.flatMap((app) => app.routes.map((route) => route.name)));
  return {
    apps: apps.map((app) => app.name),
    routes: [...routes].sort(),
    policies: policies.map((policy) => policy.name).toSorted(),
  };
}

function cursorHref(query: EventQuery, cursor: EventCursor | undefined, limit: number): string | undefined {
  if (cursor === undefined) return undefined;
  const place =
    "before" in cursor ? { before: formatEventId(cursor.before) } : { after: formatEventId(cursor.after) };
  const href = eventsHref({ ...narrowed(query, {}), ...place });
  return `/api/v1${href}&limit=${limit}`;
}
