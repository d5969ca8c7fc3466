/** The days before anything happens: lived once, so that every scenario starts from a shop that knows its customers. */
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { makeCustomers, onSomeDay } from "./customers.ts";
import type { GroupHarm } from "./harm.ts";
import { startProtectedShop } from "./protected-shop.ts";
import { RangeClock } from "./range-clock.ts";
import type { RunOptions } from "./run-options.ts";
import { Dice } from "./seeded-dice.ts";
import { ShopLife } from "./shop-life.ts";
import { stopCauses } from "./stop-causes.ts";

/** What is left of them. */
export interface OrdinaryDays {
  readonly dataDir: string;
  /** What the clock showed at their end, ms since epoch. */
  readonly endedAt: number;
  /** What browsers kept, in the order of the customers. */
  readonly cookies: readonly (readonly (readonly [string, string])[])[];
  readonly groups: readonly GroupHarm[];
  readonly stopCauses: Readonly<Record<string, number>>;
  readonly stoppedServices: readonly string[];
  readonly breaks: number;
  readonly realSeconds: number;
  remove(): Promise<void>;
}

const hour = 3_600_000;
/** A Monday at four in the morning. */
const start = Date.UTC(2026, 8, 7, 4);
/** The share of customers who come on each day, and the real ms that it takes. */
const days = [
  { share: 1, ms: 16_000 },
  { share: 0.5, ms: 10_000 },
] as const;

/** Lives them; the process has ended when it resolves, and its data lies in `dataDir`. */
export async function liveOrdinaryDays(options: RunOptions): Promise<OrdinaryDays> {
  const started = performance.now();
  const dice = new Dice(`${options.seed} ordinary days`);
  const shop = await startProtectedShop({ ...options, clockAt: start });
  const clock = new RangeClock(start, (setting) => shop.setClock(setting));
  const customers = makeCustomers(options.perGroup, options.pools, new Dice(`${options.seed} customers`));
  const life = new ShopLife(customers, { ...options, dice, clock, shop, origin: undefined });
  for (const [nth, { ms, share }] of days.entries()) {
    clock.run((24 * hour) / (ms * options.slow));
    const dawn = clock.now;
    const times = dice.fork(`day ${nth}`);
    const guests = customers.filter(() => times.is(share)).map((customer) => onSomeDay(customer));
    // The busier of two throws, so that the day has an evening.
    const when = () => dawn + Math.max(times.chance(), times.chance()) * 22 * hour;
    await Promise.all([
      life.comeAt(guests, when, `day ${nth + 1}`),
      life.serve(`day ${nth}`, dawn + 24 * hour),
    ]);
    await clock.sleepUntil(dawn + 24 * hour);
  }
  const endedAt = clock.now;
  clock.stop();
  await shop.stop(true);
  return {
    dataDir: shop.dataDir,
    endedAt,
    cookies: customers.map(({ cookies }) => Array.from(cookies)),
    groups: life.harm(),
    stopCauses: stopCauses(shop.dataDir, life.stoppedVisits),
    stoppedServices: [...life.stoppedServices],
    breaks: life.breaks,
    realSeconds: Math.round((performance.now() - started) / 100) / 10,
    remove: () => rm(dirname(shop.dataDir), { recursive: true, force: true }),
  };
}
