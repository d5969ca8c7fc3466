/** The origins of all apps, and how they are. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { countText } from "./number-text.ts";
import { timeTag } from "./time-tag.ts";

/** One origin of an app. */
export interface OriginRow {
  readonly app: string;
  readonly url: string;
  readonly weight: number;
  readonly state: "up" | "down" | "resting";
  readonly openConnections: number;
  readonly idleConnections: number;
  /** What went wrong last; `at` in ms since the epoch. */
  readonly lastProblem: { readonly text: string; readonly at: number } | undefined;
}

const words = { up: "up", down: "down: its checks fail", resting: "left alone for a while" } as const;

/** A table of them. */
export function originList(origins: readonly OriginRow[], now: number): SafeHtml {
  return html`<section class="panel" aria-labelledby="origins-title"><header><h2 id="origins-title">Origins</h2><p>by app</p></header>
${
  origins.length === 0
    ? html`<p class="none">No app has an origin.</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">App</th><th scope="col">Origin</th><th scope="col">Weight</th><th scope="col">State</th><th scope="col">Connections</th><th scope="col">Last problem</th></tr></thead><tbody>${origins.map(originRow(now))}</tbody></table></div>`
}</section>`;
}

function originRow(now: number): (origin: OriginRow) => SafeHtml {
  return ({ app, url, weight, state, openConnections, idleConnections, lastProblem }) =>
    html`<tr><th scope="row" class="tight">${app}</th><td><code>${url}</code></td><td>${weight}</td><td class="tight">${words[state]}</td><td class="tight">${countText(openConnections)}, ${countText(idleConnections)} idle</td><td>${
      lastProblem
        ? html`${timeTag(lastProblem.at, now)} ${lastProblem.text}`
        : html`<span class="faint">none</span>`
    }</td></tr>`;
}
