/** The days before anything happens: lived once, so that every scenario starts from a shop that knows its customers. */
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { KeptCookies } from "./chromium-customers.ts";
import { isComing, makeCustomers, onSomeDay } from "./customers.ts";
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
  readonly chromiumCookies: readonly KeptCookies[];
  readonly groups: readonly GroupHarm[];
  readonly stopCauses: Readonly<Record<string, number>>;
  readonly stoppedServices: readonly string[];
  readonly breaks: number;
  readonly realSeconds: number;
  remove(): Promise<void>;
}

const hour = 3_600_000;
/** A Monday's first moment. */
const monday = Date.UTC(2026, 8, 7);
/** The hours at which attacks begin, one for each seed in turn: at night, in the morning, in the evening when most people come. */
const hours = [4, 10, 20] as const;
/** How many of the customers come on each day, and the real ms that it takes. */
const days = [
  { regular: 1, occasional: 0.7, ms: 17_000 },
  { regular: 0.5, occasional: 0.05, ms: 10_000 },
] as const;

/** Nothing is attacked yet. */
const nobodyIs = () => false;

/** Lives them; the process has ended when it resolves, and its data lies in `dataDir`. */
export async function liveOrdinaryDays(options: RunOptions): Promise<OrdinaryDays> {
  const started = performance.now();
  const dice = new Dice(`${options.seed} ordinary days`);
  const hourOfAttack = hours[options.seed % hours.length] ?? 4;
  const start = monday + hourOfAttack * hour;
  const shop = await startProtectedShop({ ...options, clockAt: start });
  const clock = new RangeClock(start, (setting) => shop.setClock(setting));
  const customers = makeCustomers(options.perGroup, options.pools, new Dice(`${options.seed} customers`));
  const chromiumCookies: KeptCookies[] = [];
  const life = new ShopLife({
    ...options,
    dice,
    clock,
    shop,
    chromiumCookies,
    isTakenOver: nobodyIs,
    origin: undefined,
  });
  for (const [nth, { ms, ...share }] of days.entries()) {
    clock.run((24 * hour) / (ms * options.slow));
    const dawn = clock.now;
    const times = dice.fork(`day ${nth}`);
    const guests = customers
      .filter((customer) => isComing(customer, times, share))
      .map((customer) => onSomeDay(customer));
    // The later of two throws, so that the day has an evening: midnight to ten at night, in the order of this day's hours.
    const when = () => {
      const hourOfDay = Math.max(times.chance(), times.chance()) * 22;
      return dawn + ((hourOfDay - hourOfAttack + 24) % 24) * hour;
    };
    await Promise.all([
      life.comeAt(guests, when, `day ${nth + 1}`),
      life.comeWithChromium(`day ${nth + 1}`, dawn + 24 * hour),
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
    chromiumCookies,
    groups: life.harm(),
    stopCauses: stopCauses(shop.dataDir, life.stoppedVisits),
    stoppedServices: [...life.stoppedServices],
    breaks: life.breaks,
    realSeconds: Math.round((performance.now() - started) / 100) / 10,
    remove: () => rm(dirname(shop.dataDir), { recursive: true, force: true }),
  };
}
