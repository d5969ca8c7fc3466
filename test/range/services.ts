/** Machines that belong: a crawler, a monitoring probe, a partner's server. One of each, so stops are told, not bounded. */
import { seededAccount } from "../../src/demo/seeded.ts";
import type { AddressPools } from "./address-pools.ts";
import { type Software, script } from "./client-software.ts";
import type { RangeClock } from "./range-clock.ts";
import type { Dice } from "./seeded-dice.ts";
import { ShopSession } from "./shop-session.ts";
import { WireClient } from "./wire-client.ts";

/** One machine, and what it does again and again. */
export interface Service {
  readonly name: string;
  readonly address: string;
  readonly software: Software;
  readonly isApp: boolean;
  /** Compressed ms between two rounds. */
  readonly everyMs: number;
  round(session: ShopSession, dice: Dice): Promise<void>;
}

const minute = 60_000;
/** An account that the shop's operator made for the probe. */
const probeAccount = seededAccount(2999);

/** All of them. */
export function makeServices(pools: AddressPools, dice: Dice): Service[] {
  return [
    {
      name: "crawler",
      // In the networks that its operator publishes.
      address: `66.249.66.${dice.fork("crawler").between(1, 250)}`,
      software: script("go", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", [
        ["From", "googlebot(at)googlebot.com"],
      ]),
      isApp: false,
      // Ten pages a minute, as it takes from a large shop.
      everyMs: 6000,
      round: async (session, own) => session.page(`/products/${own.between(1, 400)}`),
    },
    {
      name: "probe",
      address: pools.address("cloud_listed", dice.fork("probe")),
      software: script("go", "Uptime/4 (+https://uptime.example)"),
      isApp: true,
      everyMs: 5 * minute,
      round: async (session) => {
        await session.request({ kind: "navigation", method: "GET", path: "/" });
        const view = await session.signIn(probeAccount.email, probeAccount.password);
        if (view === "refused") session.stops++;
      },
    },
    {
      name: "partner",
      address: pools.address("cloud_unlisted", dice.fork("partner")),
      software: script("java", "Java-http-client/21.0.5"),
      isApp: true,
      everyMs: 3 * minute,
      round: async (session, own) => {
        await session.get(`/api/products?page=${own.between(1, 5)}`);
        await session.get(`/api/products/${own.between(1, 400)}`);
      },
    },
  ];
}

/** Runs one until `until` on the clock; gives how often it was stopped. */
export async function runService(
  service: Service,
  place: {
    readonly port: number;
    readonly clock: RangeClock;
    readonly until: number;
    readonly dice: Dice;
    readonly sent: (address: string, path: string) => void;
    /** A sign-in that is refused means nothing while the shop itself refuses everybody. */
    readonly isSignInBroken: boolean;
  },
): Promise<number> {
  let stops = 0;
  while (place.clock.now < place.until) {
    const client = new WireClient(place.port, service.address);
    const session = new ShopSession(client, service.software, { isApp: service.isApp, sent: place.sent });
    await service.round(session, place.dice);
    if (!place.isSignInBroken) stops += session.stops;
    session.close();
    await place.clock.sleep(service.everyMs);
  }
  return stops;
}
