/** What cannot be seen of clients behind a content network, lest somebody waits for a policy that reads it. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { AppSummary } from "../../dsl/index.ts";

/** A line under the app; nothing for one without fronts. */
export function frontNote({ fronts = [] }: Pick<AppSummary, "fronts">): SafeHtml | undefined {
  if (fronts.length === 0) return undefined;
  const names = fronts.map(({ name, says }) =>
    says.length === 0 ? name : `${name} (says ${says.join(", ")})`,
  );
  return html`<span class="sub">behind ${names.join(", ")}: prints of stack, headers and flow, HTTP/2, connection counts, assets, caches and <code>ua.consistent</code> read as missing there</span>`;
}
