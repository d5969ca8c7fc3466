/** What a receipt says for the ledger of accounts: that an attempt belongs to an attack, and what is moved. */
import type { Decision, Place } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";
import type { LedgerRemark } from "../store/account-rows.ts";
import { attackMatch } from "./attack-match.ts";

/** The remark about a request of an account; undefined where there is nothing to say. */
export function ledgerRemark(
  facts: Facts,
  place: Place<Facts>,
  decision: Decision | undefined,
): LedgerRemark | undefined {
  const amount = place.atRisk?.amount?.(facts);
  const attack = decision && place.bucket.event === "login" ? attackMatch(decision, place.atRisk) : undefined;
  return attack || amount !== undefined ? { attack, amount } : undefined;
}

/** The account whose session a request comes with; read only where requests matter, at routes with tags or amounts. */
export function sessionAccount(facts: Facts, { route, atRisk }: Place<Facts>): string | undefined {
  if (facts.placement?.session === undefined) return undefined;
  return (route?.tags.length ?? 0) > 0 || atRisk?.amount ? facts.sessionAccount : undefined;
}
