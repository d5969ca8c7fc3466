/** The system page: how the process and its storage are, what changed, and whose data it uses. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { AuditEntry, RevisionSummary, StorageUsage } from "../../src/store/store-reader.ts";
import { factList } from "../fragments/fact-list.ts";
import { bytesText, countText, spanText } from "../fragments/number-text.ts";
import { type OriginRow, originList } from "../fragments/origin-list.ts";
import { type OutcomeRow, outcomeList } from "../fragments/outcome-list.ts";
import { exactTimeTag, timeTag } from "../fragments/time-tag.ts";
import { type Frame, page } from "../layout.ts";

/** The state of the process. */
export interface SystemModel {
  readonly edgeUrl: string;
  readonly startedAt: number;
  readonly isReady: boolean;
  readonly requests: number;
  readonly openConnections: number;
  readonly droppedEvents: number;
  readonly isSampling: boolean;
  readonly storageTrouble: string | undefined;
  readonly storage: StorageUsage;
  readonly origins: readonly OriginRow[];
  readonly outcomes: readonly OutcomeRow[];
  readonly liveRevision: number;
  readonly revisions: readonly RevisionSummary[];
  readonly auditLog: readonly AuditEntry[];
  readonly now: number;
}

/** The whole page. */
export function systemPage(frame: Frame, model: SystemModel): SafeHtml {
  return page(
    frame,
    "system",
    "System",
    html`<div class="page-head"><h1>System</h1></div>
<div class="stack">
<div class="columns">${processFacts(frame, model)}${storageFacts(model)}</div>
${originList(model.origins, model.now)}
${outcomeList(model.outcomes)}
<div class="columns">${revisionList(model)}${auditList(model)}</div>
${attribution()}
</div>`,
  );
}

function processFacts(frame: Frame, model: SystemModel): SafeHtml {
  return factList("Process", [
    ["Version", frame.version],
    ["Edge", html`<code>${model.edgeUrl}</code>`],
    ["State", model.isReady ? "accepting requests" : "not accepting requests"],
    [
      "Up for",
      html`${spanText(model.now - model.startedAt)} <span class="faint">since ${exactTimeTag(model.startedAt)}</span>`,
    ],
    ["Requests since start", countText(model.requests)],
    ["Open connections", countText(model.openConnections)],
  ]);
}

function storageFacts({ storage, ...model }: SystemModel): SafeHtml {
  return factList("Storage", [
    ["State", model.storageTrouble ?? (model.isSampling ? "behind: plain events are sampled" : "keeping up")],
    ["Size", bytesText(storage.databaseBytes)],
    ["Events kept", `about ${countText(storage.estimatedEvents)}`],
    ["Oldest event", storage.oldestEvent === undefined ? "none" : exactTimeTag(storage.oldestEvent)],
    ["Dropped since start", countText(model.droppedEvents)],
  ]);
}

function revisionList({ revisions, liveRevision, now }: SystemModel): SafeHtml {
  return html`<section class="panel" aria-labelledby="revisions-title"><header><h2 id="revisions-title">Policy revisions</h2><p>newest first</p></header>
${
  revisions.length === 0
    ? html`<p class="none">No revision is stored yet.</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">Revision</th><th scope="col">Made</th><th scope="col">Hash</th><th scope="col">Note</th></tr></thead><tbody>${revisions.map(
        (revision) =>
          html`<tr><th scope="row" class="tight"><a href="/revisions/${revision.id}">${revision.id}</a>${revision.id === liveRevision ? html` <span class="chip">live</span>` : null}</th><td class="tight">${timeTag(revision.createdAt, now)}</td><td><code>${revision.hash.slice(0, 12)}</code></td><td>${revision.note}</td></tr>`,
      )}</tbody></table></div>`
}</section>`;
}

function auditList({ auditLog, now }: SystemModel): SafeHtml {
  return html`<section class="panel" aria-labelledby="audit-title"><header><h2 id="audit-title">Audit log</h2><p>newest first</p></header>
${
  auditLog.length === 0
    ? html`<p class="none">Nothing has been done yet.</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">Time</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Detail</th></tr></thead><tbody>${auditLog.map(
        (entry) =>
          html`<tr><td class="tight">${timeTag(entry.at, now)}</td><td class="tight">${entry.who}</td><td class="tight">${entry.action}</td><td>${entry.detail}</td></tr>`,
      )}</tbody></table></div>`
}</section>`;
}

function attribution(): SafeHtml {
  return html`<section class="panel" aria-labelledby="data-title"><header><h2 id="data-title">Network data</h2></header><div class="pad stack">
<p class="soft">Networks: data of <a href="https://www.routeviews.org/routeviews/">RouteViews</a>, <a href="https://db-ip.com/">IP Geolocation by DB-IP</a> and the <a href="https://www.nro.net/">NRO</a>, gathered by <a href="https://github.com/sapics/ip-location-db">ip-location-db</a>, under <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>.</p>
<p class="soft">The data ships with Sallyport; nothing is looked up at third parties while serving.</p>
</div></section>`;
}
