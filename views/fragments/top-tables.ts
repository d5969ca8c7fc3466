/** The overview's tables: where traffic comes from, which prints it has, which policies stop it. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { NetworkTotal, Overview } from "../../src/store/store-reader.ts";
import type { Range } from "../event-query.ts";
import { filterLink } from "./filter-link.ts";
import { classChip, classLabel } from "./network-text.ts";
import { countText, shareText } from "./number-text.ts";
import { shareBar } from "./share-bar.ts";

/** A panel with a title and, when there is nothing to show, a sentence in place of a table. */
function panel(
  id: string,
  title: string,
  note: string,
  isEmpty: boolean,
  empty: string,
  table: SafeHtml,
): SafeHtml {
  return html`<section class="panel" aria-labelledby="${id}">
<header><h2 id="${id}">${title}</h2><p>${note}</p></header>
${isEmpty ? html`<p class="none">${empty}</p>` : html`<div class="scroll">${table}</div>`}
</section>`;
}

/** Traffic by kind of network. */
export function classTable(byClass: Overview["byClass"], range: Range): SafeHtml {
  const largest = Math.max(1, ...byClass.map((row) => row.requests));
  return panel(
    "classes-title",
    "Kinds of network",
    "who owns the addresses",
    byClass.length === 0,
    "No traffic in this window.",
    html`<table>
<thead><tr><th scope="col">Class</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Stopped</th><th scope="col" class="bar-cell"><span class="visually-hidden">Share</span></th></tr></thead>
<tbody>
${byClass.map(
  (row) => html`<tr><th scope="row">${
    row.networkClass === undefined
      ? classLabel(undefined)
      : filterLink({ class: row.networkClass, range }, classLabel(row.networkClass))
  }</th><td class="number">${countText(row.requests)}</td><td class="number">${stoppedText(row)}</td><td class="bar-cell">${shareBar(row.stopped, row.requests, largest)}</td></tr>
`,
)}
</tbody></table>`,
  );
}

/** The networks that send most. */
export function networkTable(networks: readonly NetworkTotal[], range: Range): SafeHtml {
  const largest = Math.max(1, ...networks.map((row) => row.requests));
  return panel(
    "networks-title",
    "Top networks",
    "by requests",
    networks.length === 0,
    "No traffic in this window.",
    html`<table>
<thead><tr><th scope="col">Network</th><th scope="col" class="hide-narrow">Class</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Stopped</th><th scope="col" class="bar-cell hide-narrow"><span class="visually-hidden">Share</span></th></tr></thead>
<tbody>
${networks.map(
  (
    row,
  ) => html`<tr><th scope="row">${networkName(row, range)}</th><td class="tight hide-narrow">${classChip(row.networkClass)}</td><td class="number">${countText(row.requests)}</td><td class="number">${stoppedText(row)}</td><td class="bar-cell hide-narrow">${shareBar(row.stopped, row.requests, largest)}</td></tr>
`,
)}
</tbody></table>`,
  );
}

function networkName(row: NetworkTotal, range: Range): SafeHtml {
  const country = row.country ?? "";
  if (row.asn === undefined)
    return html`${row.asName ?? "Local or unknown network"}<span class="sub">${country}</span>`;
  const link = filterLink({ asn: String(row.asn), range }, row.asName ?? `AS${row.asn}`);
  return html`${link}<span class="sub">AS${row.asn}${country === "" ? "" : ` · ${country}`}</span>`;
}

/** The header-order prints that send most. */
export function printTable(prints: Overview["topPrints"], range: Range): SafeHtml {
  const largest = Math.max(1, ...prints.map((row) => row.requests));
  return panel(
    "prints-title",
    "Top fingerprints",
    "header skeleton",
    prints.length === 0,
    "No fingerprints in this window.",
    html`<table>
<thead><tr><th scope="col">Print</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Stopped</th><th scope="col" class="bar-cell hide-narrow"><span class="visually-hidden">Share</span></th></tr></thead>
<tbody>
${prints.map(
  (
    row,
  ) => html`<tr><th scope="row">${filterLink({ print: row.skeleton, range }, html`<code>${row.skeleton}</code>`)}</th><td class="number">${countText(row.requests)}</td><td class="number">${stoppedText(row)}</td><td class="bar-cell hide-narrow">${shareBar(row.stopped, row.requests, largest)}</td></tr>
`,
)}
</tbody></table>`,
  );
}

/** The policies that stop most. */
export function policyTable(policies: Overview["topPolicies"], range: Range): SafeHtml {
  const largest = Math.max(1, ...policies.map((row) => row.stopped));
  return panel(
    "policies-title",
    "Policies at work",
    "requests stopped",
    policies.length === 0,
    "No policy stopped a request in this window.",
    html`<table>
<thead><tr><th scope="col">Policy</th><th scope="col" class="number">Stopped</th><th scope="col" class="bar-cell"><span class="visually-hidden">Share</span></th></tr></thead>
<tbody>
${policies.map(
  (
    row,
  ) => html`<tr><th scope="row"><a class="plain" href="/policies/${encodeURIComponent(row.decider)}">${row.decider}</a></th><td class="number">${filterLink({ policy: row.decider, range }, countText(row.stopped))}</td><td class="bar-cell">${shareBar(row.stopped, row.stopped, largest)}</td></tr>
`,
)}
</tbody></table>`,
  );
}

function stoppedText(row: { readonly stopped: number; readonly requests: number }): SafeHtml {
  if (row.stopped === 0) return html`<span class="faint">–</span>`;
  return html`${countText(row.stopped)} <span class="faint">${shareText(row.stopped, row.requests)}</span>`;
}
