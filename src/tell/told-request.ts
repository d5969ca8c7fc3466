/** What is told of a request: where it went and what it looked like, nothing that names a person. */
import type { Decision, Place, Withheld } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";

/** The request that is told of. */
export interface ToldRequest {
  /** Its event's id. */
  readonly event: number;
  readonly app: string;
  readonly route: string | undefined;
  readonly at: number;
  /** What it looked like, by the kinds of evidence. */
  readonly evidence: Readonly<Record<string, string | undefined>>;
  /** Why a policy matched, in its first clause. */
  reason(policy: string): string | undefined;
  /** What kept a policy that would have stopped the request from it. */
  withheld(policy: string): Withheld | undefined;
}

/** Describes a request; `hashAccount` makes a keyed hash of a username. */
export function toldRequest(
  event: number,
  facts: Facts,
  { app, route }: Place<Facts>,
  decision: Decision,
  hashAccount: (username: string) => string,
): ToldRequest {
  const { network, account } = facts;
  const asn = network?.asn;
  return {
    event,
    app: app.name,
    route: route?.name,
    at: facts.now,
    evidence: {
      networks: asn === undefined ? undefined : `AS${asn} ${network?.asName ?? ""}`.trim(),
      addresses: facts.ipNet,
      routes: route?.name,
      accounts: account === undefined ? undefined : hashAccount(account),
    },
    reason: (policy) => {
      const [first] = decision.matches.find((match) => match.policy === policy)?.reasons ?? [];
      return first && `${first.clause} (${first.value})`;
    },
    withheld: (policy) => decision.matches.find((match) => match.policy === policy)?.withheld,
  };
}
