/** Customers and machines that belong, going about their business with the shop, and who of them was stopped. */
import { chromiumGroup, type KeptCookies, visitWithChromium } from "./chromium-customers.ts";
import type { Customer } from "./customers.ts";
import { type GroupHarm, groupHarm } from "./harm.ts";
import type { ProtectedShop } from "./protected-shop.ts";
import type { RangeClock } from "./range-clock.ts";
import type { RunOptions } from "./run-options.ts";
import { Dice } from "./seeded-dice.ts";
import { makeServices, runService } from "./services.ts";
import type { BreakableShop } from "./shop-breaker.ts";
import type { StoppedVisit } from "./stop-causes.ts";
import { visit } from "./visit.ts";

/** What the life of a shop needs of its surroundings. */
export interface LifeParts extends RunOptions {
  readonly dice: Dice;
  readonly clock: RangeClock;
  readonly shop: ProtectedShop;
  readonly origin: BreakableShop | undefined;
  /** What the browsers of the few with true Chromium have kept; changes as they visit. */
  readonly chromiumCookies: KeptCookies[];
  /** Somebody else is in this account: that its owner must reset the password is no stop. */
  readonly isTakenOver: (email: string) => boolean;
}

/** Everybody who belongs. */
export class ShopLife {
  readonly #parts: LifeParts;
  readonly #stops = new Set<string>();
  readonly #visitors = new Set<string>();
  readonly stoppedVisits: StoppedVisit[] = [];
  readonly stoppedServices = new Set<string>();
  /** Requests of customers without a proper answer. */
  breaks = 0;

  constructor(parts: LifeParts) {
    this.#parts = parts;
  }

  /** Each guest visits once, at a time that `when` says. */
  async comeAt(guests: readonly Customer[], when: () => number, day: string): Promise<void> {
    // All throws before the first wait: the order in which people wake must not change who gets which.
    const times = guests.map(() => when());
    await Promise.all(guests.map(async (customer, index) => this.#visit(customer, times[index] ?? 0, day)));
  }

  async #visit(customer: Customer, at: number, day: string): Promise<void> {
    const { clock, isTakenOver, labels, origin, shop } = this.#parts;
    await clock.sleepUntil(at);
    const who = `${customer.group} ${customer.email}`;
    this.#visitors.add(who);
    const isToday = day === "today";
    const address = isToday ? customer.addressToday : customer.address;
    if (isToday && customer.isOnNewDevice) customer.cookies.clear();
    const from = clock.now;
    const end = await visit(customer, {
      address,
      port: shop.port,
      clock,
      sent: labels.of(customer.group, clock),
    });
    // Whether a refused right password is a stop cannot be told while the shop itself refuses everybody.
    const isRefusedRightly = origin !== undefined || isTakenOver(customer.email);
    if ((isRefusedRightly ? end.seenStops : end.stops) > 0) {
      this.#stops.add(who);
      this.stoppedVisits.push({ group: customer.group, day, address, from, until: clock.now });
    }
    this.breaks += end.breaks;
  }

  /** Those with true Chromium visit once each before `until`. */
  async comeWithChromium(day: string, until: number): Promise<void> {
    const { chromiumCookies, clock, labels, pools, seed, shop } = this.#parts;
    const place = {
      tlsPort: shop.tlsPort,
      clock,
      pools,
      dice: new Dice(`${seed} chromium`),
      sent: labels.of(chromiumGroup, clock),
    };
    for (const { who, stops, ...visited } of await visitWithChromium(place, until, chromiumCookies)) {
      this.#visitors.add(`${chromiumGroup} ${who}`);
      if (stops === 0) continue;
      this.#stops.add(`${chromiumGroup} ${who}`);
      this.stoppedVisits.push({ group: chromiumGroup, day, ...visited });
    }
  }

  /** Runs the services until then. */
  async serve(day: string, until: number): Promise<void> {
    const { clock, dice, labels, origin, pools, seed, shop } = this.#parts;
    const running = makeServices(pools, new Dice(`${seed} services`)).map(async (service) => {
      const stops = await runService(service, {
        port: shop.port,
        clock,
        until,
        dice: dice.fork(`${day} ${service.name}`),
        sent: labels.of(service.name, clock),
        isSignInBroken: origin !== undefined,
      });
      if (stops > 0) this.stoppedServices.add(`${service.name} ${stops}`);
    });
    await Promise.all(running);
  }

  harm(): GroupHarm[] {
    const groups = new Set([...this.#visitors].map((who) => who.slice(0, who.indexOf(" "))));
    return [...groups].map((group) => {
      const mine = (who: string) => who.startsWith(`${group} `);
      return groupHarm(group, [...this.#visitors].filter(mine).length, [...this.#stops].filter(mine).length);
    });
  }
}
