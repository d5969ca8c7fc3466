/** What a front that an app trusts says of the client behind it. */
import type { FrontHeaders, Place } from "../../dsl/index.ts";
import { clientBehind } from "../accept/client-address.ts";
import { parseIpAddress } from "../accept/ip-address.ts";
import type { Facts, FrontStatement } from "../describe/facts.ts";

/** Reads it; undefined when the request's peer is none of the app's fronts, whose word counts for nothing. */
export function frontStatement(facts: Facts, place: Place<Facts>): FrontStatement | undefined {
  const { front } = place;
  const peer = facts.request.client;
  const headers = front?.(peer);
  if (!front || !headers) return undefined;
  const { lowerNames, values } = facts.request;
  const named =
    headers.client === undefined ? undefined : parseIpAddress(facts.header(headers.client)?.trim() ?? "");
  return {
    client: named ?? clientBehind(peer, lowerNames, values, (ip) => front(ip) !== undefined),
    ja4: headers.ja4 === undefined ? undefined : facts.header(headers.ja4),
    isVerifiedBot: verifiedBot(facts, headers),
  };
}

function verifiedBot(facts: Facts, { bot }: FrontHeaders): boolean | undefined {
  const text = bot === undefined ? undefined : facts.header(bot)?.toLowerCase();
  return text === undefined ? undefined : text === "true" || text === "1" || text === "yes";
}
