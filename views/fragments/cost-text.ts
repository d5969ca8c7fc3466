/** What policies cost, in words and as a table. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { PolicyCost } from "../../dsl/index.ts";
import { countText, shareText } from "./number-text.ts";

/** Facts about a policy's measured cost; says so where nothing is measured yet. */
export function costFacts(cost: PolicyCost | undefined): (readonly [string, string])[] {
  if (!cost) return [["Measured cost", "not measured yet: one request in a few hundred is timed"]];
  const { meanNs, requests, asked, matched } = cost;
  return [
    [
      "Costs",
      meanNs === undefined ? "not timed yet" : `${nanosecondsText(meanNs)} a request it is asked about`,
    ],
    ["Asked on", `${shareText(asked, requests)} of requests where it applies`],
    ["Matched", `${shareText(matched, requests)} of them`],
    ["Sampled", `${countText(requests)} ${requests === 1 ? "request" : "requests"}`],
  ];
}

/** Rows shown of a revision. */
const mostShown = 50;

/** Of each request where a policy applies, ns. */
function spent({ meanNs, asked, requests }: PolicyCost): number {
  return ((meanNs ?? 0) * asked) / requests;
}

/** What the policies of a revision were measured to cost, those first that took most of a request. */
export function costTable(costs: readonly PolicyCost[]): SafeHtml | null {
  if (costs.length === 0) return null;
  const dearest = costs.toSorted((left, right) => spent(right) - spent(left)).slice(0, mostShown);
  return html`<section class="panel" aria-labelledby="costs-title"><header><h2 id="costs-title">Measured cost</h2></header><div class="scroll"><table><thead><tr><th scope="col">Policy</th><th scope="col" class="number">Once asked</th><th scope="col" class="number">Asked on</th><th scope="col" class="number">Matched</th></tr></thead><tbody>${dearest.map(
    ({ policy, meanNs, requests, asked, matched }) =>
      html`<tr><th scope="row">${policy}</th><td class="number">${meanNs === undefined ? "–" : nanosecondsText(meanNs)}</td><td class="number">${shareText(asked, requests)}</td><td class="number">${shareText(matched, requests)}</td></tr>`,
  )}</tbody></table></div></section>`;
}

/** A span of nanoseconds in the unit that fits. */
export function nanosecondsText(ns: number): string {
  if (ns < 1000) return `${Math.round(ns)} ns`;
  return ns < 1_000_000 ? `${(ns / 1000).toFixed(1)} µs` : `${(ns / 1_000_000).toFixed(1)} ms`;
}
