/** Said loudly wherever policies matter: an edit of the folder does not compile and the last good set decides. */
import { html, type SafeHtml } from "@remix-run/html-template";

/** The banner with a link to the diagnostics; nothing when all is well. */
export function policyAlarm(errors: number, revision: number): SafeHtml | undefined {
  if (errors === 0) return undefined;
  return html`<div class="notice tone-block" role="alert"><h2>The policies folder does not compile</h2><p>${errors === 1 ? "One error keeps" : `${errors} errors keep`} the latest edit from going live. Revision ${revision}, the last good one, still decides. <a href="/policies">See what is wrong</a></p></div>`;
}
