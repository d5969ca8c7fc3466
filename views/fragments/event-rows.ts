/** Events as table rows: on the overview, on the events page, under a policy. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { type EventRow, eventTime, formatEventId } from "../../src/store/event-row.ts";
import { type EventQuery, type EventQueryName, narrowed } from "../event-query.ts";
import { decisionLink } from "./decision-badge.ts";
import { filterAttributes, filterLink } from "./filter-link.ts";
import { classChip } from "./network-text.ts";
import { timeTag } from "./time-tag.ts";

/** How rows are shown: the filter that their links narrow, and whether those links swap in place. */
export interface RowOptions {
  readonly query: EventQuery;
  readonly isInPlace: boolean;
  readonly now: number;
}

type Narrow = (name: EventQueryName, value: string, text: string | SafeHtml, title?: string) => SafeHtml;

/** A table of events, newest first; each value that can be filtered by is a link. */
export function eventTable(events: readonly EventRow[], options: RowOptions): SafeHtml {
  const narrow: Narrow = (name, value, text, title) =>
    filterLink(narrowed(options.query, { [name]: value }), text, options.isInPlace, title);
  return html`<div class="scroll"><table class="events">
<thead><tr><th scope="col">Time</th><th scope="col">Decision</th><th scope="col" class="number">Status</th><th scope="col">Request</th><th scope="col">From</th><th scope="col" class="hide-narrow">Print</th><th scope="col" class="hide-narrow">Outcome</th></tr></thead>
<tbody>
${events.map((event) => row(event, options, narrow))}
</tbody></table></div>`;
}

function row(event: EventRow, options: RowOptions, narrow: Narrow): SafeHtml {
  const id = formatEventId(event.id);
  return html`<tr>
<td class="tight when"><a href="/events/${id}" title="Receipt ${id}">${timeTag(eventTime(event.id), options.now)}</a></td>
<td class="tight verdict-cell">${decisionLink(event.decision, filterAttributes(narrowed(options.query, { decision: event.decision }), options.isInPlace))}${
    event.decider === undefined
      ? null
      : html`<span class="sub">${narrow("policy", event.decider, event.decider)}</span>`
  }</td>
<td class="number status">${event.status === 0 ? "–" : event.status}</td>
<td class="cut target"><span class="method">${event.method}</span> <span class="path" title="${event.host}${event.path}">${event.path}</span><span class="sub">${place(event, narrow)} · ${event.host}</span></td>
<td class="cut network">${source(event, narrow)}</td>
<td class="tight hide-narrow">${
    event.skeleton === undefined
      ? html`<span class="faint">–</span>`
      : narrow("print", event.skeleton, html`<code>${event.skeleton}</code>`)
  }</td>
<td class="tight hide-narrow">${
    event.outcome === undefined
      ? html`<span class="faint">–</span>`
      : narrow("outcome", event.outcome, event.outcome)
  }</td>
</tr>
`;
}

function place(event: EventRow, narrow: Narrow): SafeHtml {
  const app = event.app === "" ? html`no app` : narrow("app", event.app, event.app);
  return event.route === undefined ? app : html`${app}.${narrow("route", event.route, event.route)}`;
}

function source(event: EventRow, narrow: Narrow): SafeHtml {
  const country = event.country === undefined ? "" : `${event.country} · `;
  const name = event.asName ?? (event.asn === undefined ? "" : `AS${event.asn}`);
  return html`${narrow("ip", event.ip, html`<code>${event.ip}</code>`)} ${classChip(event.networkClass)}<span class="sub">${country}${
    event.asn === undefined ? name : narrow("asn", String(event.asn), name, `AS${event.asn}`)
  }</span>`;
}
