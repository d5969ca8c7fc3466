/** Said on every page while everything is switched off: nobody must believe that anything is being stopped. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { exactTimeTag } from "./time-tag.ts";

/** Who switched everything off, why, and for how long. */
export interface Panic {
  readonly who: string;
  readonly reason: string;
  readonly since: number;
  readonly until: number | undefined;
}

/** The banner; nothing while enforcement is on. */
export function panicBanner(panic: Panic | undefined): SafeHtml | undefined {
  if (panic === undefined) return undefined;
  const { who, reason, since, until } = panic;
  return html`<div class="notice tone-block panic" role="alert"><h2>Panic is on: nothing is stopped</h2><p>Every policy is in shadow since ${exactTimeTag(since)}${until === undefined ? null : html`, until ${exactTimeTag(until)}`}. ${who}: ${reason} <a href="/switches">Switches</a></p></div>`;
}
