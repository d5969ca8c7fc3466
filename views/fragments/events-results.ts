/** The list of events with what it is filtered by and the way to older and newer ones; swapped by the filter. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { type EventDecision, eventDecisions, formatEventId } from "../../src/store/event-row.ts";
import type { EventCursor, EventPage } from "../../src/store/store-reader.ts";
import {
  type EventQuery,
  type EventQueryName,
  eventQueryLabel,
  eventQueryNames,
  narrowed,
} from "../event-query.ts";
import { decisionLabel } from "./decision-badge.ts";
import { eventTable } from "./event-rows.ts";
import { filterAttributes } from "./filter-link.ts";
import { classLabel } from "./network-text.ts";

/** A page of events as someone asked for it. */
export interface EventsModel {
  readonly query: EventQuery;
  /** Undefined when the query makes no sense; `trouble` then says why. */
  readonly page: EventPage | undefined;
  readonly trouble: string | undefined;
  readonly now: number;
}

/** The inside of the results. */
export function eventsResults(model: EventsModel): SafeHtml {
  return html`${activeFilters(model.query)}
<section class="panel" aria-label="Events">${table(model)}</section>`;
}

function activeFilters(query: EventQuery): SafeHtml | undefined {
  const active = eventQueryNames.filter(
    (name) => name !== "before" && name !== "after" && query[name] !== undefined,
  );
  if (active.length === 0) return undefined;
  return html`<div class="results-head"><span class="faint">Filtered by</span><div class="chips">${active.map(
    (name) =>
      html`<a class="chip" ${filterAttributes(narrowed(query, { [name]: undefined }), true)} aria-label="Remove filter ${eventQueryLabel[name]}: ${valueText(name, query[name] ?? "")}">${eventQueryLabel[name]}: ${valueText(name, query[name] ?? "")} <span class="close" aria-hidden="true">×</span></a>`,
  )}</div></div>`;
}

function valueText(name: EventQueryName, value: string): string {
  if (name === "decision")
    return eventDecisions.includes(value as EventDecision) ? decisionLabel[value as EventDecision] : value;
  if (name === "class") return classLabel(value);
  return name === "range" ? `last ${value}` : value;
}

function table({ query, page, trouble, now }: EventsModel): SafeHtml {
  if (page === undefined)
    return html`<p class="none" role="alert">This filter cannot be used: ${trouble}</p>`;
  const pager = html`<div class="pager">${step("Newer", page.newer, query, query.before !== undefined || query.after !== undefined)}${step("Older", page.older, query, page.older !== undefined)}<span class="push" role="status">${note(page)}</span></div>`;
  if (page.events.length === 0) {
    return html`<p class="none">${page.isComplete ? "No events match." : "No events match in the stretch that was searched. Go on to older ones."}</p>${pager}`;
  }
  return html`${eventTable(page.events, { query: narrowed(query, {}), isInPlace: true, now })}${pager}`;
}

function note(page: EventPage): string {
  const count = page.events.length === 1 ? "1 event" : `${page.events.length} events`;
  return page.isComplete ? count : `${count} · searched a part, more may be older`;
}

function step(text: string, cursor: EventCursor | undefined, query: EventQuery, isOpen: boolean): SafeHtml {
  if (cursor === undefined || !isOpen) {
    return html`<a class="button small" role="link" aria-disabled="true">${text}</a>`;
  }
  const place =
    "before" in cursor ? { before: formatEventId(cursor.before) } : { after: formatEventId(cursor.after) };
  return html`<a class="button small" ${filterAttributes({ ...narrowed(query, {}), ...place }, true)}>${text}</a>`;
}
