/** How well the answers of each route with an outcome can be read. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { countText, shareText } from "./number-text.ts";

/** One route; shares of answers that said nothing, 0 to 1. */
export interface OutcomeRow {
  readonly app: string;
  readonly route: string;
  readonly answers: number;
  readonly isBlind: boolean;
  readonly unknownShare: number;
  readonly usualShare: number;
}

/** A table of them, those that cannot be read first. */
export function outcomeList(rows: readonly OutcomeRow[]): SafeHtml {
  const sorted = rows.toSorted((a, b) => b.unknownShare - b.usualShare - (a.unknownShare - a.usualShare));
  return html`<section class="panel" aria-labelledby="outcomes-title"><header><h2 id="outcomes-title">Outcomes</h2><p>by route, since start</p></header>
${
  sorted.length === 0
    ? html`<p class="none">No route with an outcome has answered yet.</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">Route</th><th scope="col">Answers</th><th scope="col">Unknown now</th><th scope="col">Unknown before</th><th scope="col">State</th></tr></thead><tbody>${sorted.map(outcomeRow)}</tbody></table></div>`
}</section>`;
}

function outcomeRow({ app, route, answers, isBlind, unknownShare, usualShare }: OutcomeRow): SafeHtml {
  const state = isBlind ? "unreadable: has a release changed its answers?" : "readable as usual";
  return html`<tr><th scope="row" class="tight">${app}.${route}</th><td>${countText(answers)}</td><td>${shareText(unknownShare, 1)}</td><td>${shareText(usualShare, 1)}</td><td>${state}</td></tr>`;
}
