/** Events as the console's API gives them, all pages of them. */
import type { EventRow } from "../../src/store/event-row.ts";
import type { ConsoleSession } from "./console-session.ts";

/** An event of the API: as stored, but its id is text, its time is said, and what is unknown is left out. */
export type ApiEvent = Omit<EventRow, "id" | "receipt"> & { readonly id: string; readonly at: string };

/** An event with its receipt. */
export type ApiReceipt = ApiEvent & {
  readonly labels: readonly string[];
  readonly matches: readonly {
    readonly policy: string;
    readonly mode: string;
    readonly effect: string;
    readonly applied: boolean;
    readonly reasons: readonly { readonly clause: string; readonly value: string }[];
  }[];
};

interface EventsPage {
  readonly events: readonly ApiEvent[];
  readonly older?: string;
}

/** Every event that a query of the events page matches, newest first. */
export async function readEvents(
  session: ConsoleSession,
  query: Readonly<Record<string, string>>,
): Promise<ApiEvent[]> {
  const events: ApiEvent[] = [];
  let href: string | undefined =
    `/api/v1/events?${new URLSearchParams({ ...query, limit: "200" }).toString()}`;
  while (href !== undefined) {
    const page: EventsPage = await readJson<EventsPage>(session, href);
    events.push(...page.events);
    href = page.older;
  }
  return events;
}

/** One event with its reasons. */
export function readReceipt(session: ConsoleSession, id: string): Promise<ApiReceipt> {
  return readJson<ApiReceipt>(session, `/api/v1/events/${id}`);
}

async function readJson<T>(session: ConsoleSession, href: string): Promise<T> {
  const answer = await session.fetch(href);
  if (answer.status !== 200)
    throw new Error(`${href} was answered with ${answer.status}\n${await answer.text()}`);
  return (await answer.json()) as T;
}
