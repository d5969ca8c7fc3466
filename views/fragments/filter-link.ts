/** A link that shows events: on the events page it swaps the list in place, everywhere else it is a plain link. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { type EventQuery, eventsHref } from "../event-query.ts";

/** The attributes of such a link; the target comes from the surrounding view. */
export function filterAttributes(query: EventQuery, isInPlace: boolean): SafeHtml {
  const href = eventsHref(query);
  return isInPlace ? html`href="${href}" hx-get="${href}"` : html`href="${href}"`;
}

/** A link with plain text. */
export function filterLink(
  query: EventQuery,
  text: string | SafeHtml,
  isInPlace = false,
  title?: string,
): SafeHtml {
  return html`<a class="plain" ${filterAttributes(query, isInPlace)}${title === undefined ? null : html` title="${title}"`}>${text}</a>`;
}
