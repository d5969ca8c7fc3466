/** What a receipt says for the ledger of accounts: that an attempt belongs to an attack, by which stack, and what is moved. */
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
  if (attack) {
    const { prints, front, tls } = facts;
    return { attack, stack: prints.stack, ja4: front ? front.ja4 : tls?.ja4, amount };
  }
  return amount === undefined ? undefined : { amount };
}

/** The account whose session a request comes with; read only where requests matter, at routes with tags or amounts. */
export function sessionAccount(facts: Facts, { route, atRisk }: Place<Facts>): string | undefined {
  if (facts.placement?.session === undefined) return undefined;
  return (route?.tags.length ?? 0) > 0 || atRisk?.amount ? facts.sessionAccount : undefined;
}
