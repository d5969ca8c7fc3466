/** The alerts page: what grew, what was told to whom, what waits, and what nobody took. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { formatEventId } from "../../src/store/event-row.ts";
import type { OutboxEntry, OutboxPage, OutboxState } from "../../src/store/outbox-rows.ts";
import { badge } from "../fragments/decision-badge.ts";
import { countText, spanText } from "../fragments/number-text.ts";
import { timeTag } from "../fragments/time-tag.ts";
import { type Frame, page } from "../layout.ts";

/** What the page shows. */
export interface AlertsModel {
  readonly outbox: OutboxPage;
  /** The only state that is listed; undefined for all. */
  readonly state: OutboxState | undefined;
  readonly now: number;
}

const stateNames: Readonly<Record<OutboxState, string>> = {
  pending: "Pending",
  delivered: "Delivered",
  dead: "Dead",
  dropped: "Dropped",
};
const shownValues = 3;

/** The whole page. */
export function alertsPage(frame: Frame, model: AlertsModel): SafeHtml {
  return page(
    frame,
    "alerts",
    "Alerts",
    html`<div class="page-head"><h1>Alerts</h1><p class="lead">What policies tell others, and whether it arrived</p></div>
<div class="stack">
${digestList(model)}
${deliveryList(model)}
</div>`,
  );
}

function digestList({ outbox: { digests }, now }: AlertsModel): SafeHtml {
  return html`<section class="panel" aria-labelledby="digests-title"><header><h2 id="digests-title">Alerts that grow</h2><p>one a channel, policy, app and key · latest first</p></header>
${
  digests.length === 0
    ? html`<p class="none">No policy has raised an alert. <code>alert CHANNEL</code> in a policy's <code>then</code> does.</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">Policy</th><th scope="col">Severity</th><th scope="col" class="number">Requests</th><th scope="col">Last</th><th scope="col" class="hide-narrow">Seen most</th><th scope="col" class="hide-narrow">Channel</th></tr></thead><tbody>${digests.map(
        (digest) =>
          html`<tr><th scope="row"><a href="/policies/${encodeURIComponent(digest.policy)}">${digest.policy}</a><span class="sub">${digest.app}</span></th><td class="tight">${severityBadge(digest.severity)}</td><td class="number">${countText(digest.count)}${digest.count > digest.told ? html`<span class="sub">${countText(digest.count - digest.told)} not told yet</span>` : null}</td><td class="tight">${timeTag(digest.lastAt, now)}<span class="sub">over ${spanText(Math.max(0, digest.lastAt - digest.firstAt))}</span></td><td class="hide-narrow">${evidenceText(digest.evidence)}</td><td class="tight hide-narrow">${digest.channel.replace("channel ", "")}</td></tr>`,
      )}</tbody></table></div>`
}</section>`;
}

function severityBadge(severity: string): SafeHtml {
  return badge(severity === "high" ? "block" : severity === "medium" ? "deceive" : "info", severity);
}

function evidenceText(evidence: AlertsModel["outbox"]["digests"][number]["evidence"]): SafeHtml {
  const parts = ["networks", "addresses", "routes"].flatMap((kind) =>
    Object.entries(evidence[kind] ?? {})
      .sort((left, right) => right[1] - left[1])
      .slice(0, shownValues)
      .map(
        ([value, count]) =>
          html`<span class="chip" title="${kind}">${value} <span class="faint">${countText(count)}</span></span>`,
      ),
  );
  return parts.length === 0 ? html`<span class="faint">–</span>` : html`<div class="chips">${parts}</div>`;
}

function deliveryList({ outbox, state, now }: AlertsModel): SafeHtml {
  const states = Object.keys(stateNames) as OutboxState[];
  const link = (to: OutboxState | undefined, text: string, count: number | undefined) =>
    html`<a class="chip" href="/alerts${to === undefined ? "" : `?state=${to}`}"${to === state ? html` aria-current="true"` : null}>${text}${count === undefined ? null : html` <span class="faint">${countText(count)}</span>`}</a>`;
  return html`<section class="panel" aria-labelledby="deliveries-title"><header><h2 id="deliveries-title">Deliveries</h2><div class="chips">${link(undefined, "All", undefined)}${states.map((one) => link(one, stateNames[one], outbox.counts[one]))}</div>${
    outbox.counts.dead > 0
      ? html`<form class="push" method="post" action="/alerts/resend-dead"><button class="quiet">Send all dead ones again</button></form>`
      : null
  }</header>
${
  outbox.entries.length === 0
    ? html`<p class="none">${state === undefined ? "Nothing has been told yet." : "There are none of these."}</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">Made</th><th scope="col">State</th><th scope="col">To</th><th scope="col" class="hide-narrow">From</th><th scope="col" class="hide-narrow">How it went</th><th scope="col" aria-label="Actions"></th></tr></thead><tbody>${outbox.entries.map((entry) => deliveryRow(entry, now))}</tbody></table></div>`
}</section>`;
}

function deliveryRow(entry: OutboxEntry, now: number): SafeHtml {
  return html`<tr><td class="tight">${timeTag(entry.createdAt, now)}</td><td class="tight">${stateBadge(entry)}${entry.acknowledgedAt === undefined ? null : html`<span class="sub">acknowledged ${timeTag(entry.acknowledgedAt, now)}</span>`}</td><td>${entry.target}<span class="sub hide-narrow"><code>${entry.id}</code></span></td><td class="hide-narrow"><a href="/policies/${encodeURIComponent(entry.policy)}">${entry.policy}</a><span class="sub">${entry.app}${entry.event === undefined ? null : html` · <a href="/events/${formatEventId(entry.event)}">request</a>`}</span></td><td class="hide-narrow">${howItWent(entry, now)}</td><td class="tight">${actions(entry)}</td></tr>
`;
}

function stateBadge({ state }: OutboxEntry): SafeHtml {
  switch (state) {
    case "pending":
      return badge("info", "Pending", "Will be tried, or is being tried");
    case "delivered":
      return badge("allow", "Delivered", "The receiver took it");
    case "dead":
      return badge("block", "Dead", "Nobody took it; it is not tried any more");
    case "dropped":
      return badge("shadow", "Dropped", "Given up by hand");
  }
}

function howItWent(
  { attempts, status, problem, state, nextAt, acknowledgement }: OutboxEntry,
  now: number,
): SafeHtml {
  const tries = attempts === 0 ? "no try yet" : attempts === 1 ? "1 try" : `${attempts} tries`;
  const next =
    state === "pending" && attempts > 0 && nextAt > now
      ? html`<span class="sub">again in ${spanText(nextAt - now)}</span>`
      : null;
  const last = problem ?? (status === undefined ? "" : `answered ${status}`);
  return html`${tries}${last === "" ? null : html` · ${last}`}${acknowledgement ? html`<span class="sub">“${acknowledgement}”</span>` : null}${next}`;
}

function actions({ id, state }: OutboxEntry): SafeHtml | null {
  const button = (action: string, text: string) =>
    html`<form method="post" action="/alerts/${encodeURIComponent(id)}/${action}"><button class="quiet">${text}</button></form>`;
  if (state === "dead")
    return html`<div class="chips">${button("resend", "Send again")}${button("drop", "Drop")}</div>`;
  return state === "pending" ? button("drop", "Drop") : null;
}
