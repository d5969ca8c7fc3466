/** What the overview shows and the live stream repeats once a second: one fragment for both. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { EventRow } from "../../src/store/event-row.ts";
import type { DecisionCounts, Overview } from "../../src/store/store-reader.ts";
import { type Range, ranges } from "../event-query.ts";
import { eventTable } from "./event-rows.ts";
import { firstSteps } from "./first-steps.ts";
import { countText, shareText } from "./number-text.ts";
import { policyAlarm } from "./policy-alarm.ts";
import { classTable, networkTable, policyTable, printTable } from "./top-tables.ts";
import { trafficChart } from "./traffic-chart.ts";

/** Everything that the overview shows. */
export interface OverviewModel {
  readonly range: Range;
  readonly overview: Overview;
  readonly recent: readonly EventRow[];
  readonly now: number;
  readonly edgeUrl: string;
  readonly openConnections: number;
  readonly droppedEvents: number;
  readonly policyErrors: number;
  readonly revision: number;
  /** Why events cannot be stored; undefined when they can. */
  readonly storageTrouble: string | undefined;
}

/** The inside of the overview. */
export function overviewLive(model: OverviewModel): SafeHtml {
  const { overview, range } = model;
  const total = totalOf(overview.totals);
  const notices = html`${policyAlarm(model.policyErrors, model.revision)}${storageAlarm(model.storageTrouble)}`;
  if (total === 0 && model.recent.length === 0) return html`${notices}${firstSteps(model.edgeUrl)}`;
  return html`${notices}
${tiles(model, total)}
${trafficChart(overview.series, overview.stepMs, overview.totals)}
<div class="columns wide-left">
<div class="stack">${networkTable(overview.topNetworks, range)}${policyTable(overview.topPolicies, range)}</div>
<div class="stack">${classTable(overview.byClass, range)}${printTable(overview.topPrints, range)}</div>
</div>
<section class="panel" aria-labelledby="recent-title">
<header><h2 id="recent-title">Latest requests</h2><p>newest first</p><a class="push" href="/events">All events</a></header>
${model.recent.length === 0 ? html`<p class="none">Nothing since the start of this process.</p>` : eventTable(model.recent, { query: {}, isInPlace: false, now: model.now })}
</section>`;
}

function tiles(model: OverviewModel, total: number): SafeHtml {
  const { totals } = model.overview;
  const stopped = totals.block + totals.deceive;
  const perSecond = total / (ranges[model.range] / 1000);
  const reached = totals.forward + totals.allow;
  return html`<dl class="tiles">
${tile("Requests", countText(total), `${rateText(perSecond)} a second on average`)}
${tile("Stopped", countText(stopped), `${countText(totals.block)} blocked · ${countText(totals.deceive)} deceived`, stopped > 0 ? "block" : undefined)}
${tile("Share stopped", shareText(stopped, total), `${countText(reached)} reached the origin`, stopped > 0 ? "block" : undefined)}
${tile("Errors", countText(totals.error), totals.error === 0 ? "the origin answers" : `${shareText(totals.error, total)} of requests`)}
${tile("Refused", countText(totals.refuse), model.droppedEvents === 0 ? `malformed · ${countText(model.openConnections)} open connections` : `${countText(model.droppedEvents)} events not recorded`)}
</dl>`;
}

function tile(name: string, value: string, note: string, tone?: "block"): SafeHtml {
  return html`<div class="tile"><dt>${name}</dt><dd${tone === undefined ? null : html` class="tone tone-${tone}"`}>${value}</dd><dd class="note">${note}</dd></div>`;
}

function rateText(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.1) return "less than 0.1";
  return perSecond < 10 ? perSecond.toFixed(1) : countText(Math.round(perSecond));
}

function storageAlarm(trouble: string | undefined): SafeHtml | undefined {
  if (trouble === undefined) return undefined;
  return html`<div class="notice tone-shadow" role="alert"><h2>Events are not being stored</h2><p>${trouble}. Traffic is still served and policies still decide.</p></div>`;
}

function totalOf(counts: DecisionCounts): number {
  return counts.forward + counts.allow + counts.block + counts.deceive + counts.refuse + counts.error;
}
