/** A whole policy file: of the live set, of the latest edit, or of an older revision. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { PolicyCost, SourceFile } from "../../dsl/index.ts";
import type { StoredRevision } from "../../src/store/store-reader.ts";
import { costTable } from "../fragments/cost-text.ts";
import { badge } from "../fragments/decision-badge.ts";
import { policySource } from "../fragments/policy-source.ts";
import { exactTimeTag } from "../fragments/time-tag.ts";
import { type Frame, page } from "../layout.ts";

/** A file as it is shown. */
export interface PolicyFileModel {
  readonly file: SourceFile;
  readonly isLive: boolean;
  readonly wrongLines: ReadonlySet<number>;
}

/** The page of one file. */
export function policyFilePage(frame: Frame, model: PolicyFileModel): SafeHtml {
  const { file, isLive } = model;
  const state = isLive ? badge("allow", "Live") : badge("block", "Latest edit, not live");
  return page(
    frame,
    "policies",
    file.name,
    html`<p class="crumbs"><a href="/policies">Policies</a> / ${file.name}</p>
<div class="page-head"><h1>${file.name}</h1>${state}</div>
<section class="panel" aria-label="Source of ${file.name}">${policySource(file.text, { firstLine: 1, lineHref: "#L", wrongLines: model.wrongLines })}</section>`,
  );
}

/** The page of a stored revision with all of its files. */
export function revisionPage(
  frame: Frame,
  revision: StoredRevision,
  costs: readonly PolicyCost[],
  isLive: boolean,
): SafeHtml {
  return page(
    frame,
    "policies",
    `Revision ${revision.id}`,
    html`<p class="crumbs"><a href="/policies">Policies</a> / revision ${revision.id}</p>
<div class="page-head"><h1>Revision ${revision.id}</h1>${isLive ? badge("allow", "Live") : badge("error", "Not live")}<p class="lead">Made ${exactTimeTag(revision.createdAt)} · hash <code>${revision.hash.slice(0, 16)}</code>${revision.note === "" ? null : html` · ${revision.note}`}</p></div>
<div class="stack">${costTable(costs)}${revision.files.map(
      (file) =>
        html`<section class="panel" aria-label="Source of ${file.name}"><header><h2>${file.name}</h2></header>${policySource(file.text, { firstLine: 1, lineHref: "#L" })}</section>`,
    )}</div>`,
  );
}
