/** What the compiler says about the policies folder, as it says it on the command line. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { Diagnostic } from "../../dsl/index.ts";

/** A diagnostic and its text with excerpt and carets. */
export interface ShownDiagnostic {
  readonly diagnostic: Diagnostic;
  readonly text: string;
}

/** The banner of a broken folder, the list of warnings of a good one, nothing for a clean one. */
export function diagnosticsList(
  shown: readonly ShownDiagnostic[],
  isBroken: boolean,
  revision: number,
): SafeHtml | undefined {
  if (isBroken) {
    const errors = shown.filter((one) => one.diagnostic.severity === "error");
    return html`<section class="notice tone-block" role="alert"><h2>The latest edit did not go live</h2>
<p>${errors.length === 1 ? "One error" : `${errors.length} errors`} in the policies folder. Revision ${revision}, the last one that compiled, still decides every request. Save a corrected file and it goes live within a second.</p>
${shown.map(oneDiagnostic)}</section>`;
  }
  if (shown.length === 0) return undefined;
  return html`<section class="notice tone-shadow"><h2>${shown.length === 1 ? "One warning" : `${shown.length} warnings`}</h2>
<p>The set is live. These lines deserve a look.</p>
${shown.map(oneDiagnostic)}</section>`;
}

function oneDiagnostic({ diagnostic, text }: ShownDiagnostic): SafeHtml {
  const href = policyFileHref(diagnostic.file, true);
  return html`<pre class="diagnostic" tabindex="0">${text}</pre>
<p><a href="${href}#L${diagnostic.line}">Open ${diagnostic.file} at line ${diagnostic.line}</a></p>`;
}

/** The page of a whole policy file; `isEdited` shows the folder's latest text and not the live one. */
export function policyFileHref(name: string, isEdited = false): string {
  return `/policy-files?name=${encodeURIComponent(name)}${isEdited ? "&version=edited" : ""}`;
}
