/** Why a decision was made: each policy that matched, its clauses, and the values they saw. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { PolicyMatch } from "../../dsl/index.ts";
import { badge, modeBadge } from "./decision-badge.ts";

/** What a receipt says beside the event itself. */
export interface Receipt {
  readonly labels: readonly string[];
  readonly matches: readonly PolicyMatch[];
  /** Why a made-up answer was not the learned one. */
  readonly note?: string;
}

/** The matched policies, the one that decided first. */
export function receiptMatches(receipt: Receipt, decider: string | undefined): SafeHtml {
  const ordered = receipt.matches.toSorted(
    (one, other) =>
      Number(other.policy === decider) - Number(one.policy === decider) ||
      Number(other.applied) - Number(one.applied),
  );
  return html`<section class="panel" aria-labelledby="why-title">
<header><h2 id="why-title">Why</h2><p>${
    ordered.length === 0 ? "no policy matched" : "each policy that matched, with the values it saw"
  }</p></header>
${receipt.note === undefined ? null : html`<p class="pad">${receipt.note}</p>`}
${
  ordered.length === 0
    ? html`<p class="none">No policy matched this request, so nothing was held against it.</p>`
    : ordered.map((match) => oneMatch(match, decider))
}
</section>`;
}

function oneMatch(match: PolicyMatch, decider: string | undefined): SafeHtml {
  return html`<div class="match"><div class="head"><strong><a href="/policies/${encodeURIComponent(match.policy)}">${match.policy}</a></strong>${modeBadge(match.mode)}${effectBadge(match)}<span class="faint">${standing(match, decider)}</span></div>
${
  match.reasons.length === 0
    ? html`<p class="faint">It has no conditions: it applies to everything at its target.</p>`
    : html`<table class="reasons"><thead><tr><th scope="col">Condition that held</th><th scope="col">Value seen</th></tr></thead><tbody>${match.reasons.map(
        (reason) =>
          html`<tr><td><code>${reason.clause}</code></td><td class="value">${reason.value}</td></tr>`,
      )}</tbody></table>`
}</div>`;
}

function effectBadge(match: PolicyMatch): SafeHtml {
  switch (match.effect) {
    case "allow":
      return badge("allow", "exempts");
    case "block":
      return badge("block", "blocks");
    case "deceive":
      return badge("deceive", "deceives");
    case "ratelimit":
      return badge("block", "limits");
    case "observe":
      return badge("forward", "observes");
  }
}

function standing(match: PolicyMatch, decider: string | undefined): string {
  if (match.policy === decider) return "decided this request";
  if (match.applied) return "applied";
  if (match.mode === "shadow") return "would have acted; in shadow it only records";
  switch (match.withheld) {
    case "rollout":
      return "would have acted; this request is outside of its rollout";
    case "expired":
      return "would have acted; it has expired";
    case "under_limit":
      return "counted the request, which is below its limit";
    case "switched_off":
      return "would have acted; it was switched off";
    case "panic":
      return "would have acted; everything was switched off";
    case "cap":
      return "only marked it: the policy is beyond its cap";
    case "guard":
      return "only marked it: its holdout shows harm";
    case "holdout":
      return "only marked it: drawn by lot to see whether the policy does harm";
    case "freeze":
      return "only marked it: the app is in trouble of its own, and the policy begins with nobody new";
    case "known_good":
      return "spared a known device: only what many people do together spoke against it";
    case "released":
      return "would have stopped it; a person released this client for a time";
    case undefined:
  }
  return "matched, but another policy came first";
}
