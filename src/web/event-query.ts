/** Reads the events page's address into what the store is asked for; the address itself is described in the views. */
import { type EventQuery, eventQueryNames, isRange, ranges } from "../../views/event-query.ts";
import { AppError } from "../app-error.ts";
import { type EventDecision, eventDecisions, parseEventId } from "../store/event-row.ts";
import type { EventCursor, EventFilter } from "../store/store-reader.ts";

const maxValueLength = 256;

/** The query of an address: known parameters that are not empty, trimmed. A named span of time wins over bounds. */
export function readEventQuery(parameters: URLSearchParams): EventQuery {
  const query: Partial<Record<(typeof eventQueryNames)[number], string>> = {};
  for (const name of eventQueryNames) {
    const value = parameters.get(name)?.trim().slice(0, maxValueLength);
    if (value !== undefined && value !== "") query[name] = value;
  }
  if (query.range !== undefined) {
    delete query.since;
    delete query.until;
  }
  return query;
}

/** What the store is asked for. Throws AppError `bad_input` naming the parameter that makes no sense. */
export function eventFilter(query: EventQuery, now: number): EventFilter {
  return {
    decision: readDecision(query.decision),
    app: query.app,
    route: query.route,
    decider: query.policy,
    ip: query.ip,
    asn: readAsn(query.asn),
    networkClass: query.class,
    skeleton: query.print,
    stack: query.stack,
    ja4: query.ja4,
    accountHash: query.account,
    outcome: query.outcome,
    text: query.path,
    since: readSince(query, now),
    until: query.until === undefined ? undefined : readMoment("until", query.until),
  };
}

/** Where the page starts, undefined for the newest events. Throws AppError `bad_input` for an id that is none. */
export function eventCursor(query: EventQuery): EventCursor | undefined {
  if (query.before !== undefined) return { before: readId(query.before) };
  if (query.after !== undefined) return { after: readId(query.after) };
  return undefined;
}

function readDecision(text: string | undefined): EventDecision | undefined {
  if (text === undefined) return undefined;
  const decision = eventDecisions.find((known) => known === text);
  if (decision === undefined)
    throw bad(`There is no decision "${text}". It is one of ${eventDecisions.join(", ")}.`);
  return decision;
}

function readAsn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const digits = /^(?:AS)?(\d{1,10})$/i.exec(text)?.[1];
  if (digits === undefined) throw bad(`"${text}" is no AS number. Write it as 64500 or AS64500.`);
  return Number(digits);
}

function readSince(query: EventQuery, now: number): number | undefined {
  if (query.range !== undefined) {
    if (!isRange(query.range)) throw bad(`There is no time range "${query.range}".`);
    return now - ranges[query.range];
  }
  return query.since === undefined ? undefined : readMoment("since", query.since);
}

function readMoment(name: string, text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw bad(`"${text}" is no time for ${name}. Write it as 2026-01-31T14:05Z.`);
  return at;
}

function readId(text: string): number {
  const id = parseEventId(text);
  if (id === undefined) throw bad(`"${text}" is no event id.`);
  return id;
}

function bad(message: string): AppError {
  return new AppError("bad_input", message);
}
