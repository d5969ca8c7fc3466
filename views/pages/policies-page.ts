/** The policies page: what decides now, what is wrong with the latest edit, and which apps are onboarded. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { AppSummary, PolicySummary } from "../../dsl/index.ts";
import { nanosecondsText } from "../fragments/cost-text.ts";
import { modeBadge } from "../fragments/decision-badge.ts";
import { diagnosticsList, policyFileHref, type ShownDiagnostic } from "../fragments/diagnostics-list.ts";
import { filterLink } from "../fragments/filter-link.ts";
import { frontNote } from "../fragments/front-note.ts";
import { countText } from "../fragments/number-text.ts";
import { timeTag } from "../fragments/time-tag.ts";
import { type Frame, page } from "../layout.ts";

/** The state of the policies. */
export interface PoliciesModel {
  readonly policies: readonly PolicySummary[];
  readonly apps: readonly AppSummary[];
  readonly fileNames: readonly string[];
  readonly revision: number;
  readonly hash: string;
  readonly liveSince: number;
  readonly isBroken: boolean;
  readonly diagnostics: readonly ShownDiagnostic[];
  /** Requests stopped in the last 24 hours by policy. */
  readonly stopsByPolicy: ReadonlyMap<string, number>;
  /** Mean ns of asking about each policy, of those that were timed. */
  readonly costByPolicy: ReadonlyMap<string, number>;
  readonly now: number;
}

/** The whole page. */
export function policiesPage(frame: Frame, model: PoliciesModel): SafeHtml {
  return page(
    frame,
    "policies",
    "Policies",
    html`<div class="page-head"><h1>Policies</h1><span class="soft">Revision <a href="/revisions/${model.revision}">${model.revision}</a> · live since ${timeTag(model.liveSince, model.now)} UTC</span><a class="button small push" href="/onboarding/untagged">Undeclared logins</a> <a class="button small" href="/switches">Switches</a></div>
<div class="stack">
${diagnosticsList(model.diagnostics, model.isBroken, model.revision)}
${policyList(model)}
${appList(model.apps)}
${fileList(model)}
</div>`,
  );
}

function policyList({ policies, stopsByPolicy, costByPolicy }: PoliciesModel): SafeHtml {
  const ordered = policies.toSorted(
    (one, other) => other.priority - one.priority || one.name.localeCompare(other.name),
  );
  const enforced = policies.filter((policy) => policy.mode === "enforce").length;
  return html`<section class="panel" aria-labelledby="list-title"><header><h2 id="list-title">Live policies</h2><p>${enforced} enforced, ${policies.length - enforced} in shadow · highest priority first</p></header>
${
  ordered.length === 0
    ? html`<p class="none">The set holds no policy: everything is forwarded.</p>`
    : html`<div class="scroll"><table class="policy-list">
<thead><tr><th scope="col">Policy</th><th scope="col">Mode</th><th scope="col" class="hide-narrow">Applies to</th><th scope="col" class="hide-narrow">Effects</th><th scope="col" class="number hide-narrow">Priority</th><th scope="col" class="number hide-narrow">Cost</th><th scope="col" class="number">Stopped, 24 h</th></tr></thead>
<tbody>
${ordered.map((policy) => policyRow(policy, stopsByPolicy.get(policy.name) ?? 0, costByPolicy.get(policy.name)))}
</tbody></table></div>`
}
</section>`;
}

function policyRow(policy: PolicySummary, stops: number, cost: number | undefined): SafeHtml {
  return html`<tr><th scope="row"><a href="/policies/${encodeURIComponent(policy.name)}">${policy.name}</a><span class="sub">${policy.reason ?? `${policy.file}:${policy.line}`}</span></th><td class="tight">${modeBadge(policy.mode)}</td><td class="hide-narrow"><code>${policy.target}</code></td><td class="hide-narrow"><code>${policy.effects}</code></td><td class="number hide-narrow">${policy.priority}</td><td class="number hide-narrow">${cost === undefined ? html`<span class="faint">–</span>` : nanosecondsText(cost)}</td><td class="number">${
    stops === 0
      ? html`<span class="faint">–</span>`
      : filterLink({ policy: policy.name, range: "24h" }, countText(stops))
  }</td></tr>
`;
}

function appList(apps: readonly AppSummary[]): SafeHtml {
  return html`<section class="panel" aria-labelledby="apps-title"><header><h2 id="apps-title">Onboarded apps</h2><p>a policy for a tag covers every route that carries it</p></header>
${
  apps.length === 0
    ? html`<p class="none">No app is declared yet. Add an <code>app</code> with its routes to a file of the policies folder.</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">App</th><th scope="col">Hosts</th><th scope="col">Tagged routes</th></tr></thead><tbody>${apps.map(appRow)}</tbody></table></div>`
}</section>`;
}

function appRow(app: AppSummary): SafeHtml {
  return html`<tr><th scope="row">${filterLink({ app: app.name }, app.name)}<span class="sub">${app.tags.join(", ")}</span></th><td>${
    app.hosts.length === 0 ? html`<span class="faint">any</span>` : html`<code>${app.hosts.join(", ")}</code>`
  }${frontNote(app)}</td><td><div class="chips">${app.routes.map(
    (route) =>
      html`<a class="chip" href="/events?app=${encodeURIComponent(app.name)}&amp;route=${encodeURIComponent(route.name)}" title="${route.method} ${route.path}">${route.name}${route.tags.length === 0 ? null : html` <span class="faint">${route.tags.join(", ")}</span>`}</a>`,
  )}</div></td></tr>`;
}

function fileList({ fileNames, policies, hash }: PoliciesModel): SafeHtml {
  return html`<section class="panel" aria-labelledby="files-title"><header><h2 id="files-title">Files of the live set</h2><p>hash <code>${hash.slice(0, 12)}</code></p></header><div class="scroll"><table><thead><tr><th scope="col">File</th><th scope="col" class="number">Policies</th></tr></thead><tbody>${fileNames.map(
    (name) =>
      html`<tr><th scope="row"><a href="${policyFileHref(name)}"><code>${name}</code></a></th><td class="number">${policies.filter((policy) => policy.file === name).length}</td></tr>`,
  )}</tbody></table></div></section>`;
}
