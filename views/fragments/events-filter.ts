/** The filter of the events page: a plain GET form that htmx also submits while someone types. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { eventDecisions } from "../../src/store/event-row.ts";
import { type EventQuery, type EventQueryName, eventQueryLabel, ranges } from "../event-query.ts";
import { decisionLabel } from "./decision-badge.ts";
import { classLabel, networkClasses } from "./network-text.ts";

/** What the filter offers to choose from. */
export interface FilterChoices {
  readonly apps: readonly string[];
  readonly routes: readonly string[];
  readonly policies: readonly string[];
}

const outcomes = ["login.success", "login.failure", "login.unknown_user", "login.locked", "login.stopped"];
const rareNames: readonly EventQueryName[] = ["route", "class", "asn", "print", "outcome", "account"];

/** The form with the query's values in it. */
export function eventsFilter(query: EventQuery, choices: FilterChoices): SafeHtml {
  const isRareUsed = rareNames.some((name) => query[name] !== undefined);
  return html`<form id="filter" class="panel" method="get" action="/events" role="search" aria-label="Filter events" hx-get="/events" hx-target="#results" hx-trigger="submit, input delay:350ms" hx-sync="this:replace" hx-push-url="false">
<div class="filters">
${select(
  "decision",
  query,
  "Any decision",
  eventDecisions.map((value) => [value, decisionLabel[value]]),
)}
${select(
  "app",
  query,
  "Any app",
  choices.apps.map((value) => [value, value]),
)}
${select(
  "policy",
  query,
  "Any policy",
  choices.policies.map((value) => [value, value]),
)}
${input("ip", query, "Address or CIDR")}
${input("path", query, "/login")}
${select(
  "range",
  query,
  "Any time",
  Object.keys(ranges).map((value) => [value, `Last ${value}`]),
)}
<details${isRareUsed ? html` open` : null}><summary>More filters</summary>
<div class="filters inner">
${input("route", query, "login", choices.routes)}
${select(
  "class",
  query,
  "Any class",
  networkClasses.map((value) => [value, classLabel(value)]),
)}
${input("asn", query, "64500")}
${input("print", query, "s1:…")}
${input("outcome", query, "login.failure", outcomes)}
${input("account", query, "keyed hash")}
</div></details>
${hidden("since", query)}${hidden("until", query)}
<div class="actions"><button>Filter</button><a class="button" href="/events">Clear</a></div>
</div></form>`;
}

function select(
  name: EventQueryName,
  query: EventQuery,
  any: string,
  options: readonly (readonly [string, string])[],
): SafeHtml {
  const current = query[name];
  const isKnown = current === undefined || options.some(([value]) => value === current);
  const all = isKnown ? options : [...options, [current, current] as const];
  return html`<label><span>${eventQueryLabel[name]}</span><select name="${name}" id="filter-${name}"><option value="">${any}</option>${all.map(
    ([value, text]) =>
      html`<option value="${value}"${value === current ? html` selected` : null}>${text}</option>`,
  )}</select></label>`;
}

function input(
  name: EventQueryName,
  query: EventQuery,
  placeholder: string,
  suggestions: readonly string[] = [],
): SafeHtml {
  const list = `filter-${name}-list`;
  return html`<label><span>${eventQueryLabel[name]}</span><input type="text" name="${name}" id="filter-${name}" value="${query[name] ?? ""}" placeholder="${placeholder}" autocomplete="off" spellcheck="false" maxlength="256"${
    suggestions.length > 0 ? html` list="${list}"` : null
  }></label>${
    suggestions.length > 0
      ? html`<datalist id="${list}">${suggestions.map((value) => html`<option value="${value}"></option>`)}</datalist>`
      : null
  }`;
}

function hidden(name: EventQueryName, query: EventQuery): SafeHtml | undefined {
  return query[name] === undefined
    ? undefined
    : html`<input type="hidden" name="${name}" value="${query[name]}">`;
}
