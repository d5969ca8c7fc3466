/** One scenario from start to score: what ordinary days left behind, then the attack or event among the customers. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { AttackTally } from "./attack-tally.ts";
import { type Customer, customerAccounts, isComing, makeCustomers, onSomeDay } from "./customers.ts";
import type { GroupHarm } from "./harm.ts";
import type { OrdinaryDays } from "./ordinary-days.ts";
import { startProtectedShop } from "./protected-shop.ts";
import { RangeClock } from "./range-clock.ts";
import type { RunOptions } from "./run-options.ts";
import type { Attack, NullEvent, Scenario } from "./scenario.ts";
import { Dice } from "./seeded-dice.ts";
import { startBreakableShop } from "./shop-breaker.ts";
import { type LifeParts, ShopLife } from "./shop-life.ts";
import { type StoppedVisit, stopCauses, stopsByPolicy } from "./stop-causes.ts";
import { scoreTakeovers, type TakeoverScore } from "./takeover-score.ts";
import { untilTold } from "./takeover-settled.ts";

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
        /** What he would have learnt without protection, as far as he came. */
        readonly reached: number;
        readonly stops: number;
        readonly firstStop: { readonly attempt: number; readonly ms: number } | undefined;
      }
    | undefined;
  /** Absent without a process that protects, and where nobody attacks. */
  readonly takeovers?: TakeoverScore | undefined;
  readonly groups: readonly GroupHarm[];
  /** Machines that belong to the shop's life and were stopped, by name. */
  readonly stoppedServices: readonly string[];
  /** All stops by policy, the attacker's included. */
  readonly stopsBy: Readonly<Record<string, number>>;
  /** Customers' stops by group and policy, as the process's own record says. */
  readonly stopCauses: Readonly<Record<string, number>>;
  /** Requests of customers without a proper answer. */
  readonly breaks: number;
  readonly realSeconds: number;
}

/** The shop's time between the end of an attack and the score of what was found afterwards. */
const afterwardsMs = 12 * 60_000;

/** Runs it; throws when the process does not start or dies. */
export async function runScenario(
  scenario: Scenario,
  options: RunOptions,
  before: OrdinaryDays,
): Promise<ScenarioScore> {
  const started = performance.now();
  const isOutage = scenario.event === "outage_errors" || scenario.event === "outage_refusals";
  const database = join(before.dataDir, `${scenario.name}.sqlite`);
  if (isOutage) await cp(join(before.dataDir, "demo-shop.sqlite"), database);
  const origin = isOutage ? await startBreakableShop(database) : undefined;
  const shop = await startProtectedShop({
    ...options,
    origin: origin?.url,
    clockAt: before.endedAt,
    dataFrom: before.dataDir,
  });
  const clock = new RangeClock(before.endedAt, (setting) => shop.setClock(setting));
  try {
    const day = new ScenarioDay(scenario, before, { ...options, clock, shop, origin });
    const end = await day.live();
    const isTold = end.attack !== undefined && options.isProtected;
    // Whether the last sessions went on is known only then.
    if (isTold) await clock.sleepUntil(clock.now + afterwardsMs);
    clock.run(1);
    if (isTold) await untilTold(shop.dataDir);
    clock.stop();
    await shop.stop(true);
    const causes = stopCauses(shop.dataDir, day.stoppedVisits);
    const takeovers = await takeoversOf(end, options, shop.dataDir, before);
    const realSeconds = Math.round((performance.now() - started) / 100) / 10;
    const stopsBy = stopsByPolicy(shop.dataDir, before.endedAt);
    return { ...end, ...(takeovers && { takeovers }), stopsBy, stopCauses: causes, realSeconds };
  } finally {
    clock.stop();
    await shop.stop();
    await origin?.stop();
  }
}

async function takeoversOf(
  { attack, scenario }: Pick<ScenarioScore, "attack" | "scenario">,
  { isProtected, labels }: RunOptions,
  dataDir: string,
  before: Pick<OrdinaryDays, "dataDir" | "endedAt">,
): Promise<TakeoverScore | undefined> {
  const labelFile = labels.file;
  if (!attack || !isProtected || labelFile === undefined) return undefined;
  await labels.flush();
  const wasStopped = attack.stops > 0;
  return scoreTakeovers({
    scenario,
    labelFile,
    dataDir,
    before: before.dataDir,
    since: before.endedAt,
    wasStopped,
  });
}

/** The attack or the event, while two in five customers come. */
class ScenarioDay {
  readonly #scenario: Scenario;
  readonly #parts: LifeParts;
  readonly #tally: AttackTally;
  readonly #customers: readonly Customer[];
  readonly #life: ShopLife;

  constructor(
    scenario: Scenario,
    before: OrdinaryDays,
    parts: Omit<LifeParts, "dice" | "chromiumCookies" | "isTakenOver">,
  ) {
    this.#scenario = scenario;
    const { clock, labels, seed } = parts;
    this.#tally = new AttackTally(labels.signIns(scenario.name, clock));
    this.#parts = {
      ...parts,
      dice: new Dice(`${seed} ${scenario.name}`),
      chromiumCookies: [...before.chromiumCookies],
      isTakenOver: (email) => this.#tally.takenOver.has(email),
    };
    const customers = this.#everybody("7.4.1");
    for (const [index, { cookies }] of customers.entries())
      for (const [name, value] of before.cookies[index] ?? []) cookies.set(name, value);
    this.#customers = customers.map((customer) => onSomeDay(customer));
    this.#life = new ShopLife(this.#parts);
  }

  get stoppedVisits(): readonly StoppedVisit[] {
    return this.#life.stoppedVisits;
  }

  async live(): Promise<Omit<ScenarioScore, "realSeconds" | "stopCauses" | "stopsBy">> {
    const { clock, dice, labels, perGroup, pools, seed, shop, slow } = this.#parts;
    const { event, hasChromium = false, minutes, name, speed } = this.#scenario;
    const tally = this.#tally;
    clock.run(speed / slow);
    const start = clock.now;
    const until = start + minutes * 60_000;
    const { port, tlsPort } = shop;
    const place = { port, tlsPort, clock, tally, until, slow, sent: labels.of("attack", clock) };
    const homes = this.#customers
      .filter(({ group }) => group === "home_browser")
      .map(({ address }) => address);
    const firstVictim = customerAccounts(perGroup);
    const attack = this.#scenario.attack?.({ dice: dice.fork("attack"), pools, place, firstVictim, homes });
    const times = dice.fork("today");
    // Of five times as many, so that of each group about as many come.
    const share = { regular: event === "flash_sale" ? 1 : 0.4, occasional: 0.08 };
    const guests = this.#prepare(event).filter((customer) => isComing(customer, times, share));
    const visits = this.#life.comeAt(guests, () => start + times.chance() * minutes * 60_000, "today");
    const browsers = hasChromium ? this.#life.comeWithChromium("today", until) : undefined;
    const services = this.#life.serve("today", until);
    await Promise.all([visits, browsers, attack?.run(), this.#happen(event, start), services]);
    return {
      scenario: name,
      seed,
      attack: attack && countsOf(attack, tally),
      groups: this.#life.harm(),
      stoppedServices: [...this.#life.stoppedServices],
      breaks: this.#life.breaks,
    };
  }

  #everybody(release: "7.4.1" | "8.0.0"): Customer[] {
    const { perGroup, pools, seed } = this.#parts;
    return makeCustomers(perGroup, pools, new Dice(`${seed} customers`), release);
  }

  /** Who comes today, and what has changed about them. */
  #prepare(event: NullEvent | undefined): readonly Customer[] {
    const { dice, pools } = this.#parts;
    switch (event) {
      case "app_release":
        return this.#everybody("8.0.0").map((customer, index) =>
          customer.isApp ? customer : this.#customers[index]!,
        );
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
}

function countsOf({ planned, worth }: Attack, { attempts, firstStop, learned, reached, stops }: AttackTally) {
  return { planned, worth, attempts, learned: learned.size, reached: reached.size, stops, firstStop };
}
