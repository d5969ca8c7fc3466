/** A panel of names and values. */
import { html, type SafeHtml } from "@remix-run/html-template";

/** Text values are escaped like any other; a value that needs structure is given as a fragment. */
export function factList(title: string, facts: readonly (readonly [string, string | SafeHtml])[]): SafeHtml {
  return html`<section class="panel"><header><h2>${title}</h2></header><dl class="facts">${facts.map(
    ([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`,
  )}</dl></section>`;
}
