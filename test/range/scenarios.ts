/** All scenarios, in the order in which `range all` runs them. */
import { seededAccount } from "../../src/demo/seeded.ts";
import type { Pair } from "./attack-tally.ts";
import { type AttackTool, attackWithTool } from "./attack-tools.ts";
import { browser, script, shopApp, shuffled } from "./client-software.ts";
import { comboList, sprayList } from "./combo-list.ts";
import { drainAccounts, guessCards, registerMany, resetMany, scrape } from "./other-attacks.ts";
import type { Attack, AttackContext, Scenario } from "./scenario.ts";
import { type StuffingOptions, stuff } from "./stuffing.ts";

const python = script("requests", "python-requests/2.32.3");
const minute = 60_000;
/** Cards that customers do not use. */
const firstCard = 1800;

function worthOf(pairs: readonly Pair[]): number {
  return pairs.filter(({ isValid }) => isValid).length;
}

/** A list tried by a real tool. */
function byTool(
  tool: AttackTool,
  list: { readonly count: number; readonly hitRate: number; readonly parallel: number },
  addressesOf: (context: AttackContext) => readonly string[],
): (context: AttackContext) => Attack {
  return (context) => {
    const pairs = comboList(list.count, list.hitRate, context.firstVictim, context.dice);
    const addresses = addressesOf(context);
    const addressOf = (connection: number) => addresses[connection % addresses.length]!;
    return {
      planned: pairs.length,
      worth: worthOf(pairs),
      run: () =>
        attackWithTool({ tool, pairs, addressOf, parallel: list.parallel, withinMs: 22_000 }, context.place),
    };
  };
}

/** A list tried by an attacker of our own making. */
function byHand(
  make: (
    context: AttackContext,
  ) => Omit<StuffingOptions, "isApp" | "parallel" | "everyMs"> & Partial<StuffingOptions>,
): (context: AttackContext) => Attack {
  return (context) => {
    const options: StuffingOptions = { isApp: false, parallel: 4, everyMs: 2000, ...make(context) };
    return {
      planned: options.pairs.length,
      worth: worthOf(options.pairs),
      run: () => stuff(options, context.place),
    };
  };
}

/** One address for each attempt, round and round. */
const turning = (addresses: readonly string[]) => (attempt: number) => addresses[attempt % addresses.length]!;

const stuffing: readonly Scenario[] = [
  {
    name: "hydra",
    about: "hydra, 16 connections, one rented server that is on no list",
    must: 0.95,
    minutes: 60,
    speed: 400,
    attack: byTool("hydra", { count: 1500, hitRate: 0.02, parallel: 16 }, ({ dice, pools }) =>
      pools.addresses("cloud_unlisted", 1, dice),
    ),
  },
  {
    name: "patator",
    about: "patator over 20 bulletproof and rented addresses",
    must: 0.95,
    minutes: 60,
    speed: 400,
    attack: byTool("patator", { count: 1200, hitRate: 0.02, parallel: 10 }, ({ dice, pools }) => [
      ...pools.addresses("bulletproof", 10, dice),
      ...pools.addresses("cloud_unlisted", 10, dice),
    ]),
  },
  {
    name: "python_requests",
    about: "python-requests over 300 rented addresses, a new one for each attempt",
    must: 0.95,
    minutes: 60,
    speed: 400,
    attack: byTool("python-requests", { count: 1500, hitRate: 0.02, parallel: 8 }, ({ dice, pools }) => [
      ...pools.addresses("cloud_listed", 150, dice),
      ...pools.addresses("cloud_unlisted", 150, dice),
    ]),
  },
  {
    name: "got_scraping",
    about: "got-scraping with the headers of a browser on each attempt, over 200 residential addresses",
    must: 0.8,
    minutes: 60,
    speed: 400,
    attack: byTool("got-scraping", { count: 1000, hitRate: 0.02, parallel: 8 }, ({ dice, pools }) =>
      pools.addresses("residential", 200, dice),
    ),
  },
  {
    name: "impit",
    about: "impit as Chrome over 200 rented addresses",
    must: 0.95,
    minutes: 60,
    speed: 400,
    attack: byTool("impit", { count: 1000, hitRate: 0.02, parallel: 8 }, ({ dice, pools }) =>
      pools.addresses("cloud_unlisted", 200, dice),
    ),
  },
  {
    name: "real_browser",
    about: "stealth Chromium, the customers' own binary, on 30 residential addresses that customers share",
    must: 0.8,
    minutes: 120,
    speed: 350,
    attack: byTool("chromium", { count: 150, hitRate: 0.05, parallel: 2 }, ({ dice, homes }) =>
      dice.shuffle(homes).slice(0, 30),
    ),
  },
  {
    name: "good_list",
    about: "a fresh list of which 40 % fits, one script over 100 residential addresses",
    must: 0.95,
    minutes: 60,
    speed: 400,
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(800, 0.4, firstVictim, dice),
      addressOf: turning(pools.addresses("residential", 100, dice)),
      softwareOf: () => python,
      isApp: true,
    })),
  },
  {
    name: "stale_list",
    about: "a worn-out list of which 0.1 % fits, one script over 50 rented addresses",
    must: 0.95,
    minutes: 60,
    speed: 400,
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(2000, 0.005, firstVictim, dice),
      addressOf: turning(pools.addresses("cloud_unlisted", 50, dice)),
      softwareOf: () => python,
      isApp: true,
      everyMs: 500,
    })),
  },
  {
    name: "spraying",
    about: "three passwords for a thousand accounts, each account once a round",
    must: 0.95,
    minutes: 60,
    speed: 400,
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: sprayList(600, 3, firstVictim, dice),
      addressOf: turning(pools.addresses("cloud_unlisted", 40, dice)),
      softwareOf: () => script("go", "Go-http-client/2.0"),
      everyMs: 1000,
    })),
  },
  {
    name: "low_and_slow",
    about: "one attempt an address, 1,200 addresses of many networks, as a copied browser",
    must: 0.8,
    minutes: 240,
    speed: 1500,
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(1200, 0.03, firstVictim, dice),
      addressOf: turning(pools.addresses("residential", 1200, dice)),
      softwareOf: () => browser("chromium", dice.fork("bot")),
      parallel: 3,
      everyMs: 30_000,
    })),
  },
  {
    name: "residential",
    about: "the shop's own app, copied, through infected machines at customers' homes",
    must: 0.8,
    minutes: 120,
    speed: 800,
    attack: byHand(({ dice, firstVictim, homes }) => ({
      pairs: comboList(1000, 0.03, firstVictim, dice),
      addressOf: turning(homes),
      softwareOf: () => shopApp("7.4.1", dice.fork("bot")),
      isApp: true,
      everyMs: 15_000,
    })),
  },
  {
    name: "random_headers",
    about: "another order and set of headers on each request, over 150 addresses",
    must: 0.95,
    minutes: 60,
    speed: 400,
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(1500, 0.02, firstVictim, dice),
      addressOf: turning(pools.addresses("cloud_unlisted", 150, dice)),
      softwareOf: (attempt) => shuffled(dice.fork(attempt)),
      everyMs: 1000,
    })),
  },
  {
    name: "parallel",
    about: "64 attempts at once from one address",
    must: 0.95,
    minutes: 30,
    speed: 200,
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(2000, 0.02, firstVictim, dice),
      addressOf: turning(pools.addresses("residential", 1, dice)),
      softwareOf: () => python,
      parallel: 64,
      everyMs: 0,
    })),
  },
  {
    name: "control_account",
    about: "an account of his own in between, as a good sign-in and to see whether he is lied to",
    must: 0.95,
    minutes: 60,
    speed: 400,
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(1000, 0.02, firstVictim + 1, dice),
      addressOf: turning(pools.addresses("cloud_unlisted", 5, dice)),
      softwareOf: () => python,
      control: { ...seededAccount(firstVictim), after: 5 },
    })),
  },
];

/** Attacks other than on passwords. */
const others: readonly Scenario[] = [
  {
    name: "fake_registration",
    about: "accounts made by a script over 20 rented addresses",
    must: 0.8,
    minutes: 60,
    speed: 400,
    attack: ({ dice, place, pools }) => {
      const addressOf = turning(pools.addresses("cloud_unlisted", 20, dice));
      const options = { count: 800, addressOf, software: python, isApp: true, parallel: 4, everyMs: 3000 };
      return { planned: 800, worth: 800, run: () => registerMany(options, place, dice) };
    },
  },
  {
    name: "reset_flood",
    about: "resets for every account, over 10 rented addresses",
    must: 0.8,
    minutes: 60,
    speed: 400,
    attack: ({ dice, firstVictim, place, pools }) => {
      const addressOf = turning(pools.addresses("cloud_unlisted", 10, dice));
      const options = { count: 800, addressOf, software: python, isApp: true, parallel: 4, everyMs: 3000 };
      return { planned: 800, worth: 800, run: () => resetMany(options, place, firstVictim) };
    },
  },
  {
    name: "card_guessing",
    about: "gift-card codes, one in ten real, over 10 addresses",
    must: 0.8,
    minutes: 60,
    speed: 400,
    attack: ({ dice, place, pools }) => {
      const addressOf = turning(pools.addresses("residential", 10, dice));
      const options = { count: 1500, addressOf, software: python, isApp: true, parallel: 4, everyMs: 1000 };
      const cards = { ...options, firstCard, validEvery: 10 };
      return { planned: 1500, worth: 150, run: () => guessCards(cards, place, dice) };
    },
  },
  {
    name: "draining",
    about: "150 accounts that were taken over elsewhere buy gift cards, from 3 addresses",
    minutes: 60,
    speed: 400,
    attack: ({ dice, firstVictim, place, pools }) => {
      const addressOf = turning(pools.addresses("residential", 3, dice));
      const options = { count: 150, addressOf, software: python, isApp: true, parallel: 2, everyMs: 10_000 };
      return { planned: 150, worth: 150, run: () => drainAccounts(options, place, firstVictim) };
    },
  },
  {
    name: "fake_crawler",
    about: "the whole catalogue by a script that calls itself Googlebot, from 4 rented addresses",
    minutes: 60,
    speed: 400,
    attack: ({ dice, place, pools }) => {
      const addressOf = turning(pools.addresses("cloud_unlisted", 4, dice));
      const software = script(
        "go",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
      );
      const options = { count: 2000, addressOf, software, isApp: false, parallel: 4, everyMs: 500 };
      return { planned: 2000, worth: 400, run: () => scrape(options, place) };
    },
  },
  {
    name: "scraping",
    about: "the whole catalogue by a copied browser, from 2 addresses",
    minutes: 60,
    speed: 400,
    attack: ({ dice, place, pools }) => {
      const addressOf = turning(pools.addresses("cloud_unlisted", 2, dice));
      const software = browser("chromium", dice.fork("bot"));
      const options = { count: 2000, addressOf, software, isApp: false, parallel: 4, everyMs: 500 };
      return { planned: 2000, worth: 400, run: () => scrape(options, place) };
    },
  },
];

const nullEvents: readonly Scenario[] = (
  [
    ["outage_errors", "sign-in answers 500 for a quarter of an hour"],
    ["outage_refusals", "sign-in refuses everybody's password for a quarter of an hour"],
    ["app_release", "phones get an app whose headers differ"],
    ["flash_sale", "five times the customers within an hour"],
    ["reset_mailing", "everybody is asked to reset the password"],
    ["office_move", "an office moves to another network"],
  ] as const
).map(([event, about]) => ({ name: event, about, event, minutes: 60, speed: (60 * minute) / 9000 }));

/** Every scenario. */
export const scenarios: readonly Scenario[] = [...stuffing, ...others, ...nullEvents];
