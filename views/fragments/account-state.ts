/** The words and colours of accounts' states, the same on every page. */
import type { SafeHtml } from "@remix-run/html-template";
import type { AccountState } from "../../src/store/account-rows.ts";
import { badge, type Tone } from "./decision-badge.ts";

/** What people read for a state. */
export const accountStateLabel: Readonly<Record<AccountState, string>> = {
  tried: "Tried",
  at_risk: "At risk",
  told: "Told",
  acknowledged: "Acknowledged",
  recovered: "Recovered",
  cleared: "Cleared",
};

/** What a state means, in one sentence. */
export const accountStateMeaning: Readonly<Record<AccountState, string>> = {
  tried: "An attack tried it and did not get in.",
  at_risk: "Somebody signed in within an attack; nobody was told of it yet.",
  told: "Who looks after accounts has been called about it.",
  acknowledged: "Who was called has answered for it.",
  recovered: "It is its owner's again.",
  cleared: "A person found that it was its owner all along.",
};

const tones: Readonly<Record<AccountState, Tone>> = {
  tried: "info",
  at_risk: "block",
  told: "shadow",
  acknowledged: "deceive",
  recovered: "allow",
  cleared: "forward",
};

/** A state as a coloured word. */
export function accountBadge(state: AccountState): SafeHtml {
  return badge(tones[state], accountStateLabel[state], accountStateMeaning[state]);
}
