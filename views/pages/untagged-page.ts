/** Logins that no route was declared for, with the lines that declare them. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { UntaggedLogin } from "../../src/record/untagged-logins.ts";
import { countText } from "../fragments/number-text.ts";
import { timeTag } from "../fragments/time-tag.ts";
import { type Frame, page } from "../layout.ts";

/** What the page shows. */
export interface UntaggedModel {
  readonly found: readonly UntaggedLogin[];
  /** Policy text by app. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  readonly now: number;
}

/** The whole page. */
export function untaggedPage(frame: Frame, { found, lines, now }: UntaggedModel): SafeHtml {
  return page(
    frame,
    "policies",
    "Undeclared logins",
    html`<div class="page-head"><h1>Undeclared logins</h1><p class="lead">Requests that look like logins, registrations, resets or gift cards, and that no route declares: no policy on a route or a tag sees them</p></div>
<div class="stack">
<section class="panel" aria-labelledby="found-title"><header><h2 id="found-title">Found since start</h2><p>names of fields only, never values · likeliest first</p></header>
${
  found.length === 0
    ? html`<p class="none">Nothing that looks like a login came outside of the declared routes.</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">Request</th><th scope="col">Why</th><th scope="col" class="number">Count</th><th scope="col" class="number">401 or 403</th><th scope="col" class="hide-narrow">Last</th></tr></thead><tbody>${found.map(
        (one) =>
          html`<tr><th scope="row"><code>${one.method} ${one.path}</code><span class="sub">${one.app}</span></th><td>${reasons(one)}</td><td class="number">${countText(one.count)}</td><td class="number">${countText(one.refusals)}</td><td class="tight hide-narrow">${timeTag(one.lastAt, now)}</td></tr>`,
      )}</tbody></table></div>`
}</section>
${[...lines]
  .filter(([, texts]) => texts.length > 0)
  .map(
    ([app, texts]) =>
      html`<section class="panel"><header><h2>For app <code>${app}</code></h2><p>paste between its braces, and give the routes better names</p></header><pre class="pad"><code>${texts.map((text) => `${text}\n`).join("")}</code></pre></section>`,
  )}
</div>`,
  );
}

function reasons({ secretField, userField, word, cookies }: UntaggedLogin): string {
  const parts = [
    secretField === undefined ? undefined : `sends ${secretField}`,
    userField === undefined ? undefined : `names ${userField}`,
    word === undefined ? undefined : `path says ${word}`,
    cookies === 0 ? undefined : `${countText(cookies)} answers set a cookie`,
  ];
  return parts.filter((part) => part !== undefined).join(" · ") || "mostly refused";
}
