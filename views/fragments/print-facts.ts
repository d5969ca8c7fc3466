/** An event's prints and what they are made of. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { EventRow } from "../../src/store/event-row.ts";
import { factList } from "./fact-list.ts";
import { filterLink } from "./filter-link.ts";

/** Prints as a version makes them; undefined where there is nothing to make one of. */
export interface EventPrints {
  readonly skeleton: string | undefined;
  readonly stack: string | undefined;
  readonly shape: string | undefined;
}

type Fact = readonly [name: string, value: string | SafeHtml];

/** The panel; a vector is text that the client chose. */
export function printFacts(event: EventRow, now: EventPrints): SafeHtml {
  return factList("Prints", [
    ["Headers", printed(event.skeleton, now.skeleton, { print: event.skeleton ?? "" })],
    ...vector(event.headerVector),
    ["TLS and HTTP stack", printed(event.stack, now.stack, { stack: event.stack ?? "" })],
    ...vector(event.stackVector),
    [
      "JA4",
      event.ja4 === undefined ? "none" : filterLink({ ja4: event.ja4 }, html`<code>${event.ja4}</code>`),
    ],
    ["Shape of the data", printed(event.shape, now.shape, undefined)],
    ...vector(event.shapeVector),
  ]);
}

function printed(
  stored: string | undefined,
  now: string | undefined,
  query: Parameters<typeof filterLink>[0] | undefined,
): string | SafeHtml {
  if (stored === undefined) return "none";
  const code = html`<code>${stored}</code>`;
  const link = query ? filterLink(query, code) : code;
  // A print of an older version, or of a vector that was changed by hand.
  if (now === undefined || now === stored) return link;
  return html`${link} <span class="faint">now <code>${now}</code></span>`;
}

function vector(text: string | undefined): Fact[] {
  return text === undefined ? [] : [["made of", html`<code>${text}</code>`]];
}
