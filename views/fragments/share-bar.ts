/** A bar in a table: its length is the count against the largest of the table, its red part what was stopped. */
import { html, type SafeHtml } from "@remix-run/html-template";

/** Decoration only: the numbers stand beside it as text. */
export function shareBar(stopped: number, requests: number, largest: number): SafeHtml {
  const scale = 100 / Math.max(1, largest);
  const stoppedWidth = stopped * scale;
  const restWidth = Math.max(0, requests - stopped) * scale;
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="fill-track" width="100" height="8"/><rect class="fill-block" width="${stoppedWidth.toFixed(2)}" height="8"/><rect class="fill-forward" x="${stoppedWidth.toFixed(2)}" width="${restWidth.toFixed(2)}" height="8"/></svg>`;
}
