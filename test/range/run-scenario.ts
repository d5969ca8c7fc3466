/** One scenario from start to score: customers' day first, then the attack or event among them. */
import { resolve } from "node:path";
import type { AddressPools } from "./address-pools.ts";
import { AttackTally } from "./attack-tally.ts";
import { type Customer, customerAccounts, makeCustomers } from "./customers.ts";
import { type GroupHarm, groupHarm } from "./harm.ts";
import { type ProtectedShop, startProtectedShop } from "./protected-shop.ts";
import { RangeClock } from "./range-clock.ts";
import type { RequestLabels } from "./request-labels.ts";
import type { Attack, NullEvent, Scenario } from "./scenario.ts";
import { Dice } from "./seeded-dice.ts";
import { makeServices, runService } from "./services.ts";
import { type BreakableShop, startBreakableShop } from "./shop-breaker.ts";
import { type StoppedVisit, stopCauses } from "./stop-causes.ts";
import { visit } from "./visit.ts";

/** How a run is set up. */
export interface RunOptions {
  readonly seed: number;
  readonly perGroup: number;
  readonly isProtected: boolean;
  readonly policies?: string;
  readonly pools: AddressPools;
  readonly labels: RequestLabels;
}

/** What came of it. */
export interface ScenarioScore {
  readonly scenario: string;
  readonly seed: number;
  readonly attack:
    | {
        readonly planned: number;
        readonly worth: number;
        readonly attempts: number;
        readonly learned: number;
        readonly stops: number;
        readonly firstStop: { readonly attempt: number; readonly ms: number } | undefined;
      }
    | undefined;
  readonly groups: readonly GroupHarm[];
  /** Machines that belong to the shop's life and were stopped, by name. */
  readonly stoppedServices: readonly string[];
  /** Who was stopped. */
  readonly stoppedPeople: readonly string[];
  /** Their stops by group and policy, as the process's own record says. */
  readonly stopCauses: Readonly<Record<string, number>>;
  /** Requests of customers without a proper answer. */
  readonly breaks: number;
  readonly realSeconds: number;
}

const hour = 3_600_000;
/** The day before: everybody visits once, within so many hours that pass in so many real ms. */
const dayHours = 20;
const dayMs = 7000;

/** Runs it; throws when the process does not start or dies. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<ScenarioScore> {
  const started = performance.now();
  const dice = new Dice(`${options.seed} ${scenario.name}`);
  const isOutage = scenario.event === "outage_errors" || scenario.event === "outage_refusals";
  const origin = isOutage ? await startBreakableShop() : undefined;
  const policies = options.policies ?? resolve(import.meta.dir, "../../policies");
  const shop = await startProtectedShop({ policies, isProtected: options.isProtected, origin: origin?.url });
  const clock = new RangeClock(Date.now(), (setting) => shop.setClock(setting));
  try {
    const day = new ShopDay(scenario, { ...options, dice, clock, shop, origin });
    await day.before();
    const end = await day.during();
    clock.stop();
    await shop.stop(true);
    const causes = stopCauses(shop.dataDir, day.stoppedVisits);
    return { ...end, stopCauses: causes, realSeconds: Math.round((performance.now() - started) / 100) / 10 };
  } finally {
    clock.stop();
    await shop.stop();
    await origin?.stop();
  }
}

interface DayParts extends RunOptions {
  readonly dice: Dice;
  readonly clock: RangeClock;
  readonly shop: ProtectedShop;
  readonly origin: BreakableShop | undefined;
}

class ShopDay {
  readonly #scenario: Scenario;
  readonly #parts: DayParts;
  #customers: Customer[];
  readonly #stops = new Map<string, number>();
  readonly #visitors = new Set<string>();
  readonly #stoppedServices = new Set<string>();
  readonly stoppedVisits: StoppedVisit[] = [];
  #breaks = 0;

  constructor(scenario: Scenario, parts: DayParts) {
    this.#scenario = scenario;
    this.#parts = parts;
    this.#customers = makeCustomers(parts.perGroup, parts.pools, parts.dice.fork("customers"));
  }

  /** Yesterday: everybody comes once; few at night, most in the evening. */
  async before(): Promise<void> {
    const { clock, dice } = this.#parts;
    clock.run((dayHours * hour) / dayMs);
    const start = clock.now;
    const times = dice.fork("yesterday");
    // The busier of two throws, so that the day has an evening.
    const when = () => start + Math.max(times.chance(), times.chance()) * dayHours * hour;
    await Promise.all([
      this.#comeAt(this.#customers, when, true),
      this.#serve("yesterday", start + dayHours * hour),
    ]);
    await clock.sleepUntil(start + dayHours * hour);
  }

  /** The attack or the event, while two in five customers come. */
  async during(): Promise<Omit<ScenarioScore, "realSeconds" | "stopCauses">> {
    const { clock, dice, labels, perGroup, pools, seed, shop } = this.#parts;
    const { event, minutes, name, speed } = this.#scenario;
    clock.run(speed);
    const start = clock.now;
    const until = start + minutes * 60_000;
    const tally = new AttackTally();
    const place = { port: shop.port, clock, tally, until, sent: labels.of("attack", clock) };
    const homes = this.#customers
      .filter(({ group }) => group === "home_browser")
      .map(({ address }) => address);
    const firstVictim = customerAccounts(perGroup);
    const attack = this.#scenario.attack?.({ dice: dice.fork("attack"), pools, place, firstVictim, homes });
    const times = dice.fork("today");
    const share = event === "flash_sale" ? 1 : 0.4;
    const guests = this.#prepare(event).filter(() => times.is(share));
    const visits = this.#comeAt(guests, () => start + times.chance() * minutes * 60_000);
    await Promise.all([visits, attack?.run(), this.#happen(event, start), this.#serve("today", until)]);
    return {
      scenario: name,
      seed,
      attack: attack && countsOf(attack, tally),
      groups: this.#harm(),
      stoppedServices: [...this.#stoppedServices],
      stoppedPeople: [...this.#stops.keys()].slice(0, 50),
      breaks: this.#breaks,
    };
  }

  /** Who comes today, and what has changed about them. */
  #prepare(event: NullEvent | undefined): readonly Customer[] {
    const { dice, perGroup, pools } = this.#parts;
    switch (event) {
      case "app_release": {
        const updated = makeCustomers(perGroup, pools, dice.fork("customers"), "8.0.0");
        return updated.map((customer, index) => (customer.isApp ? customer : this.#customers[index]!));
      }
      case "flash_sale":
        return [...this.#customers, ...this.#customers];
      case "reset_mailing":
        return this.#customers.map((customer) => ({
          ...customer,
          resets: true,
          mistypes: customer.dice.between(0, 2),
        }));
      case "office_move": {
        const address = pools.address("office", dice.fork("new office"));
        return this.#customers.map((customer) =>
          customer.group === "office" ? { ...customer, addressToday: address } : customer,
        );
      }
      case "outage_errors":
      case "outage_refusals":
      case undefined:
        return this.#customers;
    }
  }

  async #happen(event: NullEvent | undefined, start: number): Promise<void> {
    const { clock, origin } = this.#parts;
    if (!origin || (event !== "outage_errors" && event !== "outage_refusals")) return;
    await clock.sleepUntil(start + 15 * 60_000);
    origin.health = event === "outage_errors" ? "errors" : "refusals";
    await clock.sleepUntil(start + 30 * 60_000);
    origin.health = "well";
  }

  async #serve(day: string, until: number): Promise<void> {
    const { clock, dice, labels, pools, shop } = this.#parts;
    const running = makeServices(pools, dice.fork("services")).map(async (service) => {
      const stops = await runService(service, {
        port: shop.port,
        clock,
        until,
        dice: dice.fork(`${day} ${service.name}`),
        sent: labels.of(service.name, clock),
        isSignInBroken: this.#parts.origin !== undefined,
      });
      if (stops > 0) this.#stoppedServices.add(`${service.name} ${stops}`);
    });
    await Promise.all(running);
  }

  async #comeAt(guests: readonly Customer[], when: () => number, isYesterday = false): Promise<void> {
    const { clock, labels, shop } = this.#parts;
    const visits = guests.map(async (customer) => {
      await clock.sleepUntil(when());
      const who = `${customer.group} ${customer.email}`;
      this.#visitors.add(who);
      const address = isYesterday ? customer.address : customer.addressToday;
      const from = clock.now;
      const end = await visit(customer, {
        address,
        port: shop.port,
        clock,
        sent: labels.of(customer.group, clock),
      });
      // Whether a refused right password is a stop cannot be told while the shop itself refuses everybody.
      const stops = this.#parts.origin ? end.seenStops : end.stops;
      if (stops > 0) {
        this.#stops.set(who, (this.#stops.get(who) ?? 0) + stops);
        const day = isYesterday ? "yesterday" : "today";
        this.stoppedVisits.push({ who: `${who.replace(" ", `-${day} `)}`, address, from, until: clock.now });
      }
      this.#breaks += end.breaks;
    });
    await Promise.all(visits);
  }

  #harm(): GroupHarm[] {
    const groups = [...new Set(this.#customers.map(({ group }) => group))];
    return groups.map((group) => {
      const mine = (who: string) => who.startsWith(`${group} `);
      return groupHarm(
        group,
        [...this.#visitors].filter(mine).length,
        [...this.#stops.keys()].filter(mine).length,
      );
    });
  }
}

function countsOf({ planned, worth }: Attack, { attempts, firstStop, learned, stops }: AttackTally) {
  return { planned, worth, attempts, learned: learned.size, stops, firstStop };
}
