/** One live policy: what it says, where it stands, what it did. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { PolicyCost, PolicySummary } from "../../dsl/index.ts";
import type { EventRow } from "../../src/store/event-row.ts";
import type { Range } from "../event-query.ts";
import { costFacts } from "../fragments/cost-text.ts";
import { modeBadge } from "../fragments/decision-badge.ts";
import { policyFileHref } from "../fragments/diagnostics-list.ts";
import { eventTable } from "../fragments/event-rows.ts";
import { factList } from "../fragments/fact-list.ts";
import { filterLink } from "../fragments/filter-link.ts";
import { type LearnedModel, learnedAnswers } from "../fragments/learned-answers.ts";
import { countText } from "../fragments/number-text.ts";
import { policyAlarm } from "../fragments/policy-alarm.ts";
import { policySource } from "../fragments/policy-source.ts";
import { type Frame, page } from "../layout.ts";

/** A policy with what it did lately. */
export interface PolicyModel {
  readonly policy: PolicySummary;
  readonly revision: number;
  readonly cost: PolicyCost | undefined;
  readonly stops: readonly { readonly range: Range; readonly stopped: number }[];
  readonly events: readonly EventRow[];
  readonly learned: readonly LearnedModel[];
  readonly policyErrors: number;
  readonly now: number;
}

/** The page of one policy. */
export function policyPage(frame: Frame, model: PolicyModel): SafeHtml {
  const { policy } = model;
  return page(
    frame,
    "policies",
    `Policy ${policy.name}`,
    html`<p class="crumbs"><a href="/policies">Policies</a> / ${policy.name}</p>
<div class="page-head"><h1>${policy.name}</h1>${modeBadge(policy.mode)}${policy.reason === undefined ? null : html`<p class="lead">${policy.reason}</p>`}</div>
<div class="stack">
${policyAlarm(model.policyErrors, model.revision)}
<div class="columns wide-left">
<section class="panel" aria-labelledby="source-title"><header><h2 id="source-title">Source</h2><a class="push" href="${policyFileHref(policy.file)}#L${policy.line}"><code>${policy.file}:${policy.line}</code></a></header>${policySource(policy.source, { firstLine: policy.line, lineHref: `${policyFileHref(policy.file)}#L` })}</section>
<div class="stack">${standing(model)}${work(model)}${model.policy.mode === "draft" ? null : factList("Cost", costFacts(model.cost))}</div>
</div>
${learnedAnswers(model.learned)}
<section class="panel" aria-labelledby="decided-title"><header><h2 id="decided-title">Latest requests it decided</h2><span class="push">${filterLink({ policy: policy.name }, "All of them")}</span></header>${
      model.events.length === 0
        ? html`<p class="none">${policy.mode === "shadow" ? "A policy in shadow decides nothing; the receipts of requests that it matched name it." : "It has decided no recorded request."}</p>`
        : eventTable(model.events, { query: { policy: policy.name }, isInPlace: false, now: model.now })
    }</section>
</div>`,
  );
}

function standing({ policy }: PolicyModel): SafeHtml {
  return factList("Standing", [
    ["Applies to", html`<code>${policy.target}</code>`],
    ["Mode", modeBadge(policy.mode)],
    ["Effects", html`<code>${policy.effects}</code>`],
    ...(policy.adapt === undefined ? [] : [["Adapts", policy.adapt] as const]),
    ["Priority", String(policy.priority)],
    ["Owner", policy.owner ?? "none named"],
  ]);
}

function work({ stops, policy }: PolicyModel): SafeHtml {
  return factList(
    "Requests stopped",
    stops.map(({ range, stopped }) => [
      `Last ${range}`,
      stopped === 0 ? "none" : filterLink({ policy: policy.name, range }, countText(stopped)),
    ]),
  );
}
