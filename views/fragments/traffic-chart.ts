/** Requests over time as stacked bars: SVG from the server, stretched to its place; words and scale stay HTML. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { EventDecision } from "../../src/store/event-row.ts";
import type { DecisionCounts, SeriesPoint } from "../../src/store/store-reader.ts";
import { eventsHref } from "../event-query.ts";
import { decisionLabel } from "./decision-badge.ts";
import { countText, spanText } from "./number-text.ts";
import { clockText } from "./time-tag.ts";

/** From the base of a bar to its top: what is ordinary below, what was stopped above. */
const stacking: readonly EventDecision[] = ["forward", "allow", "error", "refuse", "deceive", "block"];

const slotWidth = 10;
const barWidth = 8;
const height = 1000;

/** The chart of a window, its legend and its scale. `stepMs` is the span of one bar. */
export function trafficChart(
  series: readonly SeriesPoint[],
  stepMs: number,
  totals: DecisionCounts,
): SafeHtml {
  const top = niceTop(Math.max(1, ...series.map((point) => sum(point.counts))));
  const width = Math.max(1, series.length) * slotWidth;
  return html`<section class="panel" aria-labelledby="traffic-title">
<header><h2 id="traffic-title">Requests per ${stepMs === 60_000 ? "minute" : spanText(stepMs)}</h2>${legend(totals)}</header>
<div class="chart">
<div class="scale" aria-hidden="true"><span>${countText(top)}</span><span>${countText(top / 2)}</span><span>0</span></div>
<div class="plot"><svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
${[0, height / 2].map((y) => html`<path class="rule" d="M0 ${y}H${width}"/>`)}
${series.map((point, index) => bar(point, index, stepMs, top))}
<path class="rule base" d="M0 ${height}H${width}"/>
</svg></div>
<div class="hours" aria-hidden="true">${hourLabels(series, stepMs)}</div>
<div class="readout" hx-morph-skip hidden></div>
</div>
</section>`;
}

function bar(point: SeriesPoint, index: number, stepMs: number, top: number): SafeHtml {
  const x = index * slotWidth;
  let y = height;
  const parts = stacking.map((decision) => {
    const size = (point.counts[decision] / top) * height;
    if (size === 0) return null;
    y -= size;
    return html`<rect class="fill-${decision}" x="${x + 1}" y="${y.toFixed(1)}" width="${barWidth}" height="${size.toFixed(1)}"/>`;
  });
  const href = eventsHref({ since: isoMinute(point.at), until: isoMinute(point.at + stepMs) });
  return html`<a href="${href}" tabindex="-1" data-readout="${readout(point, stepMs)}"><rect class="slot" x="${x}" y="0" width="${slotWidth}" height="${height}"/>${parts}</a>
`;
}

function readout(point: SeriesPoint, stepMs: number): string {
  const lines = [`${clockText(point.at)}–${clockText(point.at + stepMs)} UTC`];
  for (const decision of stacking.toReversed()) {
    if (point.counts[decision] > 0)
      lines.push(`${decisionLabel[decision]}  ${countText(point.counts[decision])}`);
  }
  if (lines.length === 1) lines.push("No requests");
  return lines.join("\n");
}

function legend(totals: DecisionCounts): SafeHtml {
  const shown = stacking.toReversed().filter((decision) => totals[decision] > 0);
  return html`<ul class="legend push">${shown.map(
    (decision) =>
      html`<li class="tone-${decision}"><span class="swatch"></span>${decisionLabel[decision]} <b>${countText(totals[decision])}</b></li>`,
  )}</ul>`;
}

function hourLabels(series: readonly SeriesPoint[], stepMs: number): SafeHtml[] {
  const first = series[0]?.at;
  if (first === undefined) return [];
  const whole = series.length * stepMs;
  return [0, 1, 2, 3, 4].map((quarter) => html`<span>${clockText(first + (whole * quarter) / 4)}</span>`);
}

/** The number at or above `value` that reads well at the top of a scale and halves to a whole number. */
export function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of [1, 2, 3, 4, 5, 6, 8, 10]) {
    const candidate = step * power;
    if (candidate >= value && candidate % 2 === 0) return candidate;
  }
  return Math.max(2, 10 * power);
}

function isoMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}

function sum(counts: DecisionCounts): number {
  return stacking.reduce((total, decision) => total + counts[decision], 0);
}
