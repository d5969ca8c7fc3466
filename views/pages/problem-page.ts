/** What went wrong and what to do about it, as a page and as a fragment for a swap. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { assetUrl } from "../assets/embedded-assets.ts";
import type { Theme } from "../fragments/theme-switch.ts";
import { barePage, type Frame, page } from "../layout.ts";

/** A failure fit for the public. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly message: string;
  /** Where to go from here; only for people who are signed in. */
  readonly way: { readonly href: string; readonly text: string };
}

/** The inside of the page. */
export function problemFragment(problem: Problem): SafeHtml {
  return html`<section class="panel" role="alert"><div class="problem"><p class="code">Status ${problem.status}</p><h1>${problem.title}</h1><p class="soft">${problem.message}</p><p><a class="button" href="${problem.way.href}">${problem.way.text}</a></p></div></section>`;
}

/** The page for someone who is signed in. */
export function problemPage(frame: Frame, problem: Problem): SafeHtml {
  return page(frame, undefined, problem.title, problemFragment(problem));
}

/** The page for everyone else: it says nothing about the console. */
export function bareProblemPage(theme: Theme, problem: Problem): SafeHtml {
  return barePage(
    theme,
    problem.title,
    html`<div class="card"><p class="brand"><img src="${assetUrl.mark}" alt="" width="30" height="30">Sallyport</p><div><h1>${problem.title}</h1><p class="lead">${problem.message}</p></div></div>`,
  );
}
