/** An event as the API gives it: the id and the time as people write them, the rest as it is stored. */
import { type EventRow, eventTime, formatEventId } from "../store/event-row.ts";

/** The event without its receipt, which is JSON of its own. */
export function eventJson(event: EventRow): Record<string, unknown> {
  const { receipt: _, ...facts } = event;
  return { ...facts, id: formatEventId(event.id), at: new Date(eventTime(event.id)).toISOString() };
}
