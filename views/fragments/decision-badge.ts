/** The words and colours of decisions, the same on every page. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { EventDecision } from "../../src/store/event-row.ts";

/** What has a colour: a decision, or a state of a policy. */
export type Tone = EventDecision | "shadow" | "info";

/** What people read for a decision. */
export const decisionLabel: Record<EventDecision, string> = {
  forward: "Forwarded",
  allow: "Exempted",
  block: "Blocked",
  deceive: "Deceived",
  refuse: "Refused",
  error: "Error",
};

/** What a decision means, in one sentence, for tooltips and receipts. */
export const decisionMeaning: Record<EventDecision, string> = {
  forward: "No policy stopped it; the origin answered.",
  allow: "A policy exempted it from being stopped; the origin answered.",
  block: "A policy stopped it; the origin never saw it.",
  deceive: "A policy answered in the origin's place; the origin never saw it.",
  refuse: "The message was malformed or ambiguous and was refused before any policy.",
  error: "The origin could not be reached or did not answer properly.",
};

/** A decision as a coloured word. */
export function decisionBadge(decision: EventDecision): SafeHtml {
  return badge(decision, decisionLabel[decision], decisionMeaning[decision]);
}

/** A decision as a coloured word that leads somewhere. */
export function decisionLink(decision: EventDecision, attributes: SafeHtml): SafeHtml {
  return html`<a class="decision tone-${decision}" title="${decisionMeaning[decision]}" ${attributes}>${decisionLabel[decision]}</a>`;
}

/** Any state as a coloured word. */
export function badge(tone: Tone, text: string, title?: string): SafeHtml {
  return html`<span class="decision tone-${tone}"${title === undefined ? null : html` title="${title}"`}>${text}</span>`;
}

/** Whether a policy enforces or only watches. */
export function modeBadge(mode: "enforce" | "shadow" | "draft"): SafeHtml {
  switch (mode) {
    case "enforce":
      return badge("allow", "Enforce", "Its effects are applied");
    case "shadow":
      return badge("shadow", "Shadow", "Evaluated and recorded, never applied");
    case "draft":
      return badge("info", "Draft", "Checked and tested, never evaluated");
  }
}
