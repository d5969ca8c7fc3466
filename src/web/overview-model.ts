/** Gathers what the overview shows, for the page, the live stream and the API alike. */
import { isRange, type Range, ranges } from "../../views/event-query.ts";
import type { OverviewModel } from "../../views/fragments/overview-live.ts";
import type { ConsoleContext } from "./console-context.ts";
import { policyErrors } from "./policy-errors.ts";

const recentEvents = 12;

/** The span of time that a request names, the last hour if it names none. */
export function rangeOf(url: URL): Range {
  const text = url.searchParams.get("range") ?? "";
  return isRange(text) ? text : "1h";
}

/** Reads the overview of a span of time. Rejects as the store's reader does. */
export async function overviewModel(
  context: ConsoleContext,
  range: Range,
  now: number,
): Promise<OverviewModel> {
  const overview = await context.store.reader.overview(ranges[range]);
  const totals = context.totals();
  const health = context.store.health();
  const status = context.policyStatus();
  return {
    range,
    overview,
    recent: context.recentEvents(recentEvents),
    now,
    edgeUrl: context.edgeUrl,
    openConnections: totals.openConnections,
    droppedEvents: totals.droppedEvents,
    policyErrors: policyErrors(status),
    revision: status.revision,
    storageTrouble: health.isHealthy ? undefined : (health.reason ?? "The database cannot be written"),
  };
}
