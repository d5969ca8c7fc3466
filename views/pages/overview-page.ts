/** The overview: what passes, what is stopped, and where it comes from, now. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { Range } from "../event-query.ts";
import { type OverviewModel, overviewLive } from "../fragments/overview-live.ts";
import { type Frame, page } from "../layout.ts";

const rangeNames: Record<Range, string> = {
  "15m": "15 minutes",
  "1h": "1 hour",
  "6h": "6 hours",
  "24h": "24 hours",
};

/** The page; its inside is swapped by the live stream. */
export function overviewPage(frame: Frame, model: OverviewModel): SafeHtml {
  return page(
    frame,
    "overview",
    "Overview",
    html`<div class="page-head"><h1>Overview</h1>
<span class="live"><span class="when-on">Live</span><span class="when-off">Not live</span></span>
<nav class="segments push" aria-label="Time range">${Object.entries(rangeNames).map(
      ([range, name]) =>
        html`<a href="/?range=${range}"${range === model.range ? html` aria-current="true"` : null} aria-label="Last ${name}">${range}</a>`,
    )}</nav></div>
<div id="live" class="stack" hx-sse:connect="/live?range=${model.range}" hx-swap="innerMorph">${overviewLive(model)}</div>`,
  );
}
