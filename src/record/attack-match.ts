/** Whether a request counts as part of an attack: a policy that stops, or that gives a label which says so, matched it. */
import type { AtRisk, Decision, PolicyMatch } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";
import type { AttackMatch } from "../store/account-rows.ts";

/** The label that counts where the app names none. */
const usualLabels: ReadonlySet<string> = new Set(["ato"]);
const longestReason = 300;
/** The label of what is done in accounts that somebody else is in; apps may name others. */
const usualDeeds = "takeover";
/** Nothing is withheld, or the stop alone is. */
const inForce: ReadonlySet<PolicyMatch["withheld"]> = new Set([
  undefined,
  "cap",
  "guard",
  "holdout",
  "freeze",
]);

/** The match that counts, one in force before one in shadow; undefined where there is none, or an exemption speaks for the client. */
export function attackMatch(decision: Decision, atRisk: AtRisk<Facts> | undefined): AttackMatch | undefined {
  const attacks = attackMatches(decision, atRisk);
  return attacks.find((attack) => attack.isInForce) ?? attacks[0];
}

/** Every match that counts. */
export function attackMatches(decision: Decision, atRisk: AtRisk<Facts> | undefined): AttackMatch[] {
  const { matches, labels } = decision;
  if (matches.length === 0 || isExempted(decision)) return [];
  const counted = atRisk?.labels ?? usualLabels;
  const isLabelled = labels.some((label) => counted.has(label));
  return matches.filter((match) => isAttack(match, isLabelled)).map(matchOf);
}

/**
 * The policy in force that stops what is done in a session, because somebody else than its account's owner does it: it
 * gives the label `takeover`, or one that the app counts.
 */
export function deedMatch(decision: Decision, atRisk: AtRisk<Facts> | undefined): AttackMatch | undefined {
  const { matches, labels } = decision;
  if (isExempted(decision)) return undefined;
  if (!labels.some((label) => label === usualDeeds || atRisk?.labels?.has(label) === true)) return undefined;
  const stop = matches.find((match) => isStop(match) && isInForce(match));
  return stop && matchOf(stop);
}

/** Whoever is let through by name (a known device, a release) is no attacker. */
function isExempted({ action, decider, matches }: Decision): boolean {
  if (action.kind !== "allow") return false;
  return decider !== undefined || matches.some(({ withheld }) => withheld === "released");
}

function isStop({ effect }: PolicyMatch): boolean {
  return effect === "block" || effect === "deceive";
}

function matchOf(match: PolicyMatch): AttackMatch {
  const [reason] = match.reasons;
  const text = reason ? `${reason.clause} (${reason.value})` : "it stops everything there";
  return { policy: match.policy, isInForce: isInForce(match), reason: text.slice(0, longestReason) };
}

function isAttack({ effect, applied, withheld }: PolicyMatch, isLabelled: boolean): boolean {
  // Under a limit everybody is; and a known device is spared because it is a customer's.
  if (withheld === "under_limit" || withheld === "known_good") return false;
  if (effect === "observe") return isLabelled && applied;
  return effect !== "allow";
}

function isInForce({ mode, withheld }: PolicyMatch): boolean {
  return mode === "enforce" && inForce.has(withheld);
}
