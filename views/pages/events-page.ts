/** The events page: every recorded request, filtered and paged by its address alone. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { eventsFilter, type FilterChoices } from "../fragments/events-filter.ts";
import { type EventsModel, eventsResults } from "../fragments/events-results.ts";
import { type Frame, page } from "../layout.ts";

/** The filter and the results: what a link inside the list swaps. */
export function eventsView(model: EventsModel, choices: FilterChoices): SafeHtml {
  return html`${eventsFilter(model.query, choices)}
<div id="results">${eventsResults(model)}</div>`;
}

/** The whole page. */
export function eventsPage(frame: Frame, model: EventsModel, choices: FilterChoices): SafeHtml {
  return page(
    frame,
    "events",
    "Events",
    html`<div class="page-head"><h1>Events</h1></div>
<div id="events-view" class="stack" hx-target:inherited="#events-view" hx-push-url:inherited="true">
${eventsView(model, choices)}
</div>`,
  );
}
