/** Decides what kind of network an address belongs to: lists first, then known numbers, then the name. */

import type { NetworkClass } from "../describe/fact-sources.ts";
import { parseAsnList } from "./asn-list.ts";
import { knownNetworks } from "./known-networks.ts";
import { classOfName } from "./name-class.ts";

/** The texts of the curated list files. */
export interface NetworkLists {
  readonly hosting: string;
  readonly bulletproof: string;
}

/** The class of a network by its number and name. */
export type NetworkClassifier = (
  asn: number | undefined,
  name: string | undefined,
) => NetworkClass | undefined;

/** Builds the classifier; throws AppError `policies_unreadable` when a list does not parse. */
export function networkClassifier(lists: NetworkLists): NetworkClassifier {
  const byAsn = new Map(knownNetworks);
  for (const { asn } of parseAsnList(lists.hosting, "hosting list")) byAsn.set(asn, "hosting");
  for (const { asn } of parseAsnList(lists.bulletproof, "bulletproof list")) byAsn.set(asn, "bulletproof");
  return (asn, name) => {
    const listed = asn === undefined ? undefined : byAsn.get(asn);
    return listed ?? (name === undefined ? undefined : classOfName(name));
  };
}
