/** Moments, always in UTC: people in several places look at one incident. */
import { html, type SafeHtml } from "@remix-run/html-template";

const dayMs = 86_400_000;

/** A moment for a list: the time alone when it is of today, else with its date. */
export function timeTag(at: number, now: number): SafeHtml {
  const iso = new Date(at).toISOString();
  const isToday = Math.floor(at / dayMs) === Math.floor(now / dayMs);
  const text = isToday ? iso.slice(11, 19) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
  return html`<time datetime="${iso}" title="${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC">${text}</time>`;
}

/** A moment in full, to the millisecond. */
export function exactTimeTag(at: number): SafeHtml {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 23)} UTC</time>`;
}

/** Hours and minutes of a moment, with the date for spans of more than a day. */
export function clockText(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
