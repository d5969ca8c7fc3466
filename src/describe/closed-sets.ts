/** The values of fields that have only so many: what an editor proposes after `=`. */
import { accountRisks } from "./account-past.ts";
import type { NetworkClass } from "./fact-sources.ts";
import type { RequestKind } from "./request-kind.ts";

/** Days as `weekday` reads them; Sunday first. */
export const weekdays = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;

// As records, so that the type checker tells of a value that is missing here.
const networkClasses: Readonly<Record<NetworkClass, true>> = {
  hosting: true,
  bulletproof: true,
  vpn: true,
  relay: true,
  cdn: true,
  mobile: true,
  isp: true,
  education: true,
  business: true,
  private: true,
};
const requestKinds: Readonly<Record<RequestKind, true>> = {
  navigation: true,
  form: true,
  fetch: true,
  asset: true,
  api: true,
};

/** All values of a field, by its name. */
export const closedSets: Readonly<Record<string, readonly string[]>> = {
  scheme: ["http", "https"],
  "ip.class": Object.keys(networkClasses),
  "request.kind": Object.keys(requestKinds),
  weekday: weekdays,
  "account.risk": accountRisks,
};
