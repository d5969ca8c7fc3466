/** The shop's customers in named groups, and how each of them spends a day. */
import { seededAccount, seededAccounts, seededCard } from "../../src/demo/seeded.ts";
import type { AddressPools, NetworkKind } from "./address-pools.ts";
import { browser, type Software, script, shopApp } from "./client-software.ts";
import { reservedAccounts } from "./combo-list.ts";
import type { Dice } from "./seeded-dice.ts";

/** Groups whose harm is told apart. */
export type CustomerGroup =
  | "home_browser"
  | "home_app"
  | "carrier_app"
  | "office"
  | "relay"
  | "vpn"
  | "forgetful"
  | "wanderer"
  | "aggregated"
  | "newcomer"
  | "occasional";

/** One customer with an account of his own (a newcomer makes it). */
export interface Customer {
  readonly group: CustomerGroup;
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly giftCard: string;
  readonly address: string;
  /** Where he is on the second day; a wanderer is somewhere else by then. */
  readonly addressToday: string;
  /** What his browser keeps between visits. */
  readonly cookies: Map<string, string>;
  /** On the second day he has neither his device nor his network. */
  readonly isOnNewDevice: boolean;
  readonly software: Software;
  readonly isApp: boolean;
  /** Wrong passwords before the right one on a day. */
  readonly mistypes: number;
  /** He resets his password instead of guessing on. */
  readonly resets: boolean;
  readonly dice: Dice;
}

/** Of those who come from somewhere else: nothing tells them from a stranger but the password. */
const newDevices = 0.03;

/** Gift cards from here on belong to nobody who shops. */
export const firstAttackedCard = 1800;

const groups: readonly CustomerGroup[] = [
  "home_browser",
  "home_app",
  "carrier_app",
  "office",
  "relay",
  "vpn",
  "forgetful",
  "wanderer",
  "aggregated",
  "newcomer",
];

/** Where a group's people are, and behind how many addresses so many of them share. */
const places: Readonly<Record<CustomerGroup, { readonly kind: NetworkKind; readonly perAddress: number }>> = {
  home_browser: { kind: "residential", perAddress: 1.3 },
  home_app: { kind: "residential", perAddress: 1.3 },
  carrier_app: { kind: "mobile", perAddress: 50 },
  office: { kind: "office", perAddress: 200 },
  relay: { kind: "relay", perAddress: 10 },
  vpn: { kind: "vpn", perAddress: 12 },
  forgetful: { kind: "residential", perAddress: 1.3 },
  wanderer: { kind: "residential", perAddress: 1.3 },
  aggregated: { kind: "cloud_listed", perAddress: 400 },
  newcomer: { kind: "residential", perAddress: 1.3 },
  occasional: { kind: "residential", perAddress: 1.3 },
};

/**
 * A customer as he comes on some day: forgetful people remember two times in three. Of all sign-ins about one in seven
 * fails with people; if a tenth of those who come failed several times each, it would be two in five.
 */
export function onSomeDay(customer: Customer): Customer {
  if (customer.group !== "forgetful" || customer.dice.is(1 / 3)) return customer;
  return { ...customer, mistypes: 0, resets: false };
}

/** An account aggregator signs in for people who gave it their passwords. */
const aggregator = script("axios", "Mintfold/2.3 (+https://mintfold.example/bot)", [
  ["X-Request-Source", "sync"],
]);

/** Accounts of regular customers; those after them belong to people who come now and then, and are what attackers have. */
export function customerAccounts(perGroup: number): number {
  return groups.length * perGroup;
}

/** How many come now and then: as many as the shop has accounts for, and half of the regular customers at most. */
function occasionalPeople(perGroup: number): number {
  return Math.min(seededAccounts - reservedAccounts - customerAccounts(perGroup), 5 * perGroup);
}

/** Whether somebody comes, where `regular` of the regular customers do; people who come now and then came on the first day, most of them. */
export function isComing(
  { group }: Customer,
  dice: Dice,
  share: { readonly regular: number; readonly occasional: number },
): boolean {
  return dice.is(group === "occasional" ? share.occasional : share.regular);
}

/** Everybody, `perGroup` people in each regular group. `release` is the app that phones have. */
export function makeCustomers(
  perGroup: number,
  pools: AddressPools,
  dice: Dice,
  release: "7.4.1" | "8.0.0" = "7.4.1",
): Customer[] {
  return [...groups, "occasional" as const].flatMap((group, order) => {
    const place = places[group];
    const people = group === "occasional" ? occasionalPeople(perGroup) : perGroup;
    const count = Math.max(1, Math.ceil(people / place.perAddress));
    const addresses = pools.addresses(place.kind, count, dice.fork(`${group} addresses`));
    return Array.from({ length: people }, (_, index) => {
      const own = dice.fork(`${group} ${index}`);
      const account = seededAccount(order * perGroup + index);
      const isNew = group === "newcomer";
      const isApp = group === "occasional" && own.is(0.3);
      const address = addresses[Math.floor(index / place.perAddress) % addresses.length]!;
      return {
        group,
        ...account,
        ...(isNew && {
          email: `new.${own.between(1e6, 9e6)}.${index}@quickmail.example`,
          password: `fresh-${index}-start`,
        }),
        giftCard: seededCard((order * perGroup + index) % firstAttackedCard).code,
        address,
        addressToday:
          group === "wanderer" ? pools.address(own.pick(["mobile", "residential"]), own) : address,
        cookies: new Map(),
        isOnNewDevice: group === "wanderer" && own.is(newDevices),
        ...softwareOf(isApp ? "home_app" : group, own, release),
        ...slipsOf(group, own),
        dice: own,
      };
    });
  });
}

function softwareOf(
  group: CustomerGroup,
  dice: Dice,
  release: "7.4.1" | "8.0.0",
): { readonly software: Software; readonly isApp: boolean } {
  switch (group) {
    case "home_app":
    case "carrier_app":
      return { software: shopApp(release, dice), isApp: true };
    case "aggregated":
      return { software: aggregator, isApp: true };
    // One picture of a machine for everybody, as offices do it.
    case "office":
      return { software: browser("chromium", dice.fork("office")), isApp: false };
    case "home_browser":
    case "relay":
    case "vpn":
    case "forgetful":
    case "wanderer":
    case "newcomer":
    case "occasional":
      return { software: browser(dice.is(0.75) ? "chromium" : "firefox", dice), isApp: false };
  }
}

/** One in ten mistypes once or twice; forgetful people try what they remember and reset in the end. */
function slipsOf(group: CustomerGroup, dice: Dice): { readonly mistypes: number; readonly resets: boolean } {
  if (group === "forgetful") return { mistypes: dice.between(2, 5), resets: dice.is(0.5) };
  if (group === "aggregated") return { mistypes: dice.is(0.05) ? 1 : 0, resets: false };
  return { mistypes: dice.is(0.1) ? dice.between(1, 2) : 0, resets: false };
}
