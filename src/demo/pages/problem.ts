/** The page for whatever went wrong. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { Visitor } from "../visitor.ts";
import { layout } from "./layout.ts";

/** A plain page with a heading, an explanation and a way back. */
export function problemPage(visitor: Visitor, title: string, text: string): SafeHtml {
  return layout(
    visitor,
    title,
    html`<div class="panel small-panel"><h1>${title}</h1><p>${text}</p><p><a href="/">Back to the front page</a></p></div>`,
  );
}
