/** The receipt of one event: what was decided, why, and everything known about the request. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { type EventRow, eventTime, formatEventId } from "../../src/store/event-row.ts";
import type { RevisionSummary } from "../../src/store/store-reader.ts";
import type { EventQuery } from "../event-query.ts";
import { decisionBadge, decisionMeaning } from "../fragments/decision-badge.ts";
import { factList } from "../fragments/fact-list.ts";
import { filterLink } from "../fragments/filter-link.ts";
import { classChip } from "../fragments/network-text.ts";
import { bytesText, durationText } from "../fragments/number-text.ts";
import { type EventPrints, printFacts } from "../fragments/print-facts.ts";
import { type Receipt, receiptMatches } from "../fragments/receipt-matches.ts";
import { exactTimeTag } from "../fragments/time-tag.ts";
import { type Frame, page } from "../layout.ts";

/** An event with its receipt read. */
export interface EventModel {
  readonly event: EventRow;
  readonly receipt: Receipt;
  readonly revision: RevisionSummary | undefined;
  /** True if the policy that decided is still in the live set. */
  readonly isDeciderLive: boolean;
  /** The prints that this version makes of what the event kept. */
  readonly printsNow: EventPrints;
}

/** The page of one event. */
export function eventPage(frame: Frame, model: EventModel): SafeHtml {
  const { event, receipt } = model;
  const id = formatEventId(event.id);
  return page(
    frame,
    "events",
    `Event ${id}`,
    html`<p class="crumbs"><a href="/events">Events</a> / <span class="mono">${id}</span></p>
<div class="page-head"><h1>Receipt</h1><span class="soft">${exactTimeTag(eventTime(event.id))}</span></div>
<div class="stack">
<section class="panel verdict tone-${event.decision}" aria-label="Decision">
<p class="line">${decisionBadge(event.decision)} <code>${event.method} ${event.host}${event.path}</code></p>
<p class="soft">${decisionMeaning[event.decision]} ${decidedBy(model)}</p>
${receipt.labels.length === 0 ? null : html`<div class="chips"><span class="faint">Labels</span>${receipt.labels.map((label) => html`<span class="chip">${label}</span>`)}</div>`}
</section>
<div class="columns wide-left">
<div class="stack">${receiptMatches(receipt, event.decider)}${similar(event)}</div>
<div class="stack">${requestFacts(event)}${sourceFacts(event)}${printFacts(event, model.printsNow)}${handling(model)}</div>
</div>
</div>`,
  );
}

function decidedBy({ event, isDeciderLive }: EventModel): SafeHtml | undefined {
  if (event.decider === undefined) return undefined;
  const name = isDeciderLive
    ? html`<a href="/policies/${encodeURIComponent(event.decider)}">${event.decider}</a>`
    : html`${event.decider} (no longer live)`;
  return html`Decided by policy <strong>${name}</strong>.`;
}

function requestFacts(event: EventRow): SafeHtml {
  return factList("Request", [
    ["App", event.app === "" ? "none" : filterLink({ app: event.app }, event.app)],
    [
      "Route",
      event.route === undefined
        ? "none matched"
        : filterLink({ app: event.app, route: event.route }, event.route),
    ],
    ["Method", html`<code>${event.method}</code>`],
    ["Host", html`<code>${event.host}</code>`],
    ["Path", html`<code>${event.path}</code>`],
    ["User agent", event.userAgent ?? "not sent"],
    [
      "Account",
      event.accountHash === undefined
        ? "none read"
        : filterLink({ account: event.accountHash }, html`<code>${event.accountHash}</code>`),
    ],
    ["Outcome", event.outcome === undefined ? "none" : filterLink({ outcome: event.outcome }, event.outcome)],
  ]);
}

function sourceFacts(event: EventRow): SafeHtml {
  return factList("Where it came from", [
    ["Address", filterLink({ ip: event.ip }, html`<code>${event.ip}</code>`)],
    [
      "Network",
      event.asn === undefined
        ? (event.asName ?? "unknown")
        : html`${event.asName ?? ""} ${filterLink({ asn: String(event.asn) }, `AS${event.asn}`)}`,
    ],
    [
      "Class",
      event.networkClass === undefined
        ? "unclassified"
        : filterLink({ class: event.networkClass }, classChip(event.networkClass) ?? ""),
    ],
    ["Country", event.country ?? "unknown"],
  ]);
}

function handling({ event, revision }: EventModel): SafeHtml {
  return factList("Handling", [
    ["Status sent", event.status === 0 ? "none: the client went away" : String(event.status)],
    ["Duration", durationText(event.durationUs)],
    ["Received", bytesText(event.bytesIn)],
    ["Sent", bytesText(event.bytesOut)],
    [
      "Policies",
      revision === undefined
        ? `revision ${event.revision}`
        : html`<a href="/revisions/${revision.id}">revision ${revision.id}</a> <code class="faint">${revision.hash.slice(0, 12)}</code>`,
    ],
    ["Event id", html`<code>${formatEventId(event.id)}</code>`],
  ]);
}

function similar(event: EventRow): SafeHtml {
  const minutes = 15 * 60_000;
  const at = eventTime(event.id);
  const around = { since: new Date(at - minutes).toISOString(), until: new Date(at + minutes).toISOString() };
  const offers: readonly (readonly [string, EventQuery | undefined])[] = [
    ["Same address", { ip: event.ip }],
    ["Same network", event.asn === undefined ? undefined : { asn: String(event.asn) }],
    ["Same print", event.skeleton === undefined ? undefined : { print: event.skeleton }],
    ["Same stack", event.stack === undefined ? undefined : { stack: event.stack }],
    ["Same account", event.accountHash === undefined ? undefined : { account: event.accountHash }],
    ["Same policy", event.decider === undefined ? undefined : { policy: event.decider }],
    [
      "Same print and network",
      event.skeleton === undefined || event.asn === undefined
        ? undefined
        : { print: event.skeleton, asn: String(event.asn) },
    ],
    [
      "Same route, 15 minutes around",
      event.route === undefined ? undefined : { app: event.app, route: event.route, ...around },
    ],
  ];
  return html`<section class="panel" aria-labelledby="similar-title"><header><h2 id="similar-title">More like this</h2></header><div class="pad chips">${offers.map(
    ([text, query]) =>
      query === undefined ? null : html`<span class="button small">${filterLink(query, text)}</span>`,
  )}</div></section>`;
}
