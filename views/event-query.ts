/** The events page's address: what a link says about a filter, so that people can share what they see. */

/** The spans of time that pages offer, in ms. */
export const ranges = { "15m": 900_000, "1h": 3_600_000, "6h": 21_600_000, "24h": 86_400_000 } as const;

/** The name of a span of time. */
export type Range = keyof typeof ranges;

/** True if a text names a span of time. */
export function isRange(text: string): text is Range {
  return Object.hasOwn(ranges, text);
}

/** The parameters of the events page, in the order in which they are written. */
export const eventQueryNames = [
  "decision",
  "app",
  "route",
  "policy",
  "class",
  "ip",
  "asn",
  "print",
  "stack",
  "ja4",
  "account",
  "outcome",
  "path",
  "range",
  "since",
  "until",
  "before",
  "after",
] as const;

/** A parameter of the events page. */
export type EventQueryName = (typeof eventQueryNames)[number];

/** A filter as its address says it; every value is text and none is empty. */
export type EventQuery = Readonly<Partial<Record<EventQueryName, string>>>;

/** What a parameter is called in front of people. */
export const eventQueryLabel: Record<EventQueryName, string> = {
  decision: "Decision",
  app: "App",
  route: "Route",
  policy: "Policy",
  class: "Network class",
  ip: "Address",
  asn: "ASN",
  print: "Print",
  stack: "Stack",
  ja4: "JA4",
  account: "Account",
  outcome: "Outcome",
  path: "Path contains",
  range: "Time",
  since: "Since",
  until: "Until",
  before: "Older than",
  after: "Newer than",
};

/** The address of the events that a query asks for. */
export function eventsHref(query: EventQuery): string {
  const parameters = new URLSearchParams();
  for (const name of eventQueryNames) {
    const value = query[name];
    if (value !== undefined && value !== "") parameters.set(name, value);
  }
  const text = parameters.toString();
  return text === "" ? "/events" : `/events?${text}`;
}

/** A query with some parameters changed, on its first page; `undefined` removes one. */
export function narrowed(
  query: EventQuery,
  change: Readonly<Partial<Record<EventQueryName, string | undefined>>>,
): EventQuery {
  const result: Partial<Record<EventQueryName, string>> = {};
  for (const name of eventQueryNames) {
    if (name === "before" || name === "after") continue;
    const value = Object.hasOwn(change, name) ? change[name] : query[name];
    if (value !== undefined && value !== "") result[name] = value;
  }
  return result;
}
