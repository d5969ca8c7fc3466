/** "Why was I stopped?": what happened to a customer, in words that can be read to him, and the way to let him through. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { AccountEntry, Release } from "../../src/store/account-rows.ts";
import { type EventRow, eventTime, formatEventId } from "../../src/store/event-row.ts";
import { accountBadge } from "../fragments/account-state.ts";
import { decisionBadge } from "../fragments/decision-badge.ts";
import { countText } from "../fragments/number-text.ts";
import type { Receipt } from "../fragments/receipt-matches.ts";
import { exactTimeTag, timeTag } from "../fragments/time-tag.ts";
import { type Frame, page } from "../layout.ts";

/** Whom a release would be for. */
export interface ReleaseTarget {
  readonly kind: Release["kind"];
  readonly key: string;
}

/** A stop with what is known of its reasons. */
export interface ExplainedStop {
  readonly event: EventRow;
  readonly receipt: Receipt;
}

/** What was found for a question. */
export interface WhyAnswer {
  /** What was asked for: in words. */
  readonly about: string;
  readonly stops: readonly ExplainedStop[];
  /** Requests that were looked at, and those of them that were stopped. */
  readonly looked: number;
  readonly stopped: number;
  readonly targets: readonly ReleaseTarget[];
  readonly accounts: readonly AccountEntry[];
}

/** What the page shows. */
export interface WhyModel {
  /** As it was typed; empty before anybody asked. */
  readonly question: string;
  readonly answer: WhyAnswer | undefined;
  readonly trouble: string | undefined;
  readonly releases: readonly Release[];
  readonly now: number;
}

/** The whole page. */
export function whyPage(frame: Frame, model: WhyModel): SafeHtml {
  const { question, answer, trouble } = model;
  return page(
    frame,
    "accounts",
    "Why was I stopped?",
    html`<p class="crumbs"><a href="/accounts">Accounts</a> / Why was I stopped?</p>
<div class="page-head"><h1>Why was I stopped?</h1><p class="lead">For a customer on the phone: his name as he signs in, his address, or the number from the page that stopped him</p></div>
<div class="stack">
<form class="panel" method="get" action="/why" role="search" aria-label="Look somebody up"><div class="filters accounts">
<label class="span-2"><span>Name, address or event</span><input type="search" name="q" value="${question}" placeholder="customer@example.com, 203.0.113.7 or 6H0SEW02401" autocomplete="off" spellcheck="false" maxlength="256" required></label>
<div class="actions"><button class="primary">Look up</button></div></div></form>
${trouble === undefined ? null : html`<div class="notice tone-shadow" role="alert"><h2>Nobody was found by that</h2><p>${trouble}</p></div>`}
${answer === undefined ? null : answerPanel(answer, model.now)}
${releaseList(model)}
</div>`,
  );
}

function answerPanel(answer: WhyAnswer, now: number): SafeHtml {
  const { about, stops, accounts, targets } = answer;
  const [latest] = stops;
  return html`<section class="panel verdict tone-${latest ? latest.event.decision : "forward"}" aria-label="Answer">
<p class="line"><strong>${about}</strong>${accounts.map((account) => html` <a href="/accounts/${account.id}">${accountBadge(account.state)}</a>`)}</p>
<p>${summary(answer)}</p></section>
<div class="columns wide-left"><div class="stack">${
    stops.length === 0
      ? null
      : html`<section class="panel" aria-labelledby="stops-title"><header><h2 id="stops-title">Stopped</h2><p>newest first</p></header>${stops.map((stop) => stopEntry(stop, now))}</section>`
  }</div><div class="stack">${targets.map(releaseForm)}</div></div>`;
}

function summary({ looked, stopped, stops }: WhyAnswer): string {
  if (looked === 0)
    return "Nothing is known of any request: it may be older than events are kept, or was never sent through here.";
  if (stopped === 0)
    return `None of the latest ${countText(looked)} requests was stopped here. If something went wrong, it was at the application itself.`;
  const [latest] = stops;
  const by = latest?.event.decider === undefined ? "" : `, the latest by the policy ${latest.event.decider}`;
  return `${countText(stopped)} of the latest ${countText(looked)} requests ${stopped === 1 ? "was" : "were"} stopped${by}.`;
}

function stopEntry({ event, receipt }: ExplainedStop, now: number): SafeHtml {
  const decided = receipt.matches.find(({ policy }) => policy === event.decider);
  const reasons = decided?.reasons ?? [];
  return html`<div class="match"><div class="head">${decisionBadge(event.decision)}<a href="/events/${formatEventId(event.id)}">${timeTag(eventTime(event.id), now)}</a><code>${event.method} ${event.path}</code></div>
<p>${inWords(event)}</p>
${reasons.length === 0 ? null : html`<ul class="because">${reasons.map(({ clause, value }) => html`<li>because <code>${clause}</code> held: it saw <code>${value}</code></li>`)}</ul>`}</div>`;
}

function inWords({ decision, decider, route, app, status }: EventRow): SafeHtml {
  const what = route === undefined ? "A request" : `His ${route} at ${app}`;
  const policy =
    decider === undefined
      ? html`a safeguard`
      : html`the policy <a href="/policies/${encodeURIComponent(decider)}">${decider}</a>`;
  if (decision === "deceive")
    return html`${what} got a made-up answer from ${policy}: what he saw there was not true, and nothing reached the application.`;
  if (decision === "refuse")
    return html`${what} was malformed and refused with ${status} before any policy was asked.`;
  return html`${what} was refused with ${status} by ${policy}, and nothing reached the application.`;
}

const times: readonly (readonly [string, string])[] = [
  ["1h", "1 hour"],
  ["24h", "24 hours"],
  ["7d", "7 days"],
  ["30d", "30 days"],
];

function releaseForm({ kind, key }: ReleaseTarget): SafeHtml {
  const what = kind === "account" ? "this account" : key;
  return html`<section class="panel"><header><h2>Let ${what} through</h2></header><form class="pad verdict-form" method="post" action="/releases"><input type="hidden" name="kind" value="${kind}"><input type="hidden" name="key" value="${key}">
<label><span>Why</span><input name="reason" required maxlength="500" autocomplete="off" placeholder="known customer, called back"></label>
<div class="chips"><select name="for" aria-label="For how long">${times.map(([value, text]) => html`<option value="${value}"${value === "24h" ? html` selected` : null}>for ${text}</option>`)}</select><button>Release</button></div>
<p class="faint">${kind === "account" ? "Whatever would stop it lets it through" : "Everybody who comes from there passes"}, within a second. Everything is still recorded.</p></form></section>`;
}

function releaseList({ releases, now }: WhyModel): SafeHtml | null {
  if (releases.length === 0) return null;
  return html`<section class="panel" aria-labelledby="releases-title"><header><h2 id="releases-title">Released now</h2></header><div class="scroll"><table><thead><tr><th scope="col">Who</th><th scope="col">Until</th><th scope="col" class="hide-narrow">By</th><th scope="col">Why</th><th scope="col" aria-label="Actions"></th></tr></thead><tbody>${releases.map(
    ({ kind, key, until, who, reason, since }) =>
      html`<tr><th scope="row"><code>${kind === "account" ? key.slice(0, 12) : key}</code><span class="sub">${kind}</span></th><td class="tight">${exactTimeTag(until)}</td><td class="hide-narrow">${who}<span class="sub">${timeTag(since, now)}</span></td><td>${reason}</td><td class="tight"><form method="post" action="/releases/end"><input type="hidden" name="kind" value="${kind}"><input type="hidden" name="key" value="${key}"><button class="quiet">End</button></form></td></tr>`,
  )}</tbody></table></div></section>`;
}
