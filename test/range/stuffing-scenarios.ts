/** Attacks on passwords: by the tools that attackers use, and by scripts that hide in one way or another. */
import { seededAccount } from "../../src/demo/seeded.ts";
import { byHand, byTool, turning } from "./attack-frames.ts";
import { browser, script, shopApp, shuffled } from "./client-software.ts";
import { comboList, sprayList } from "./combo-list.ts";
import type { Scenario } from "./scenario.ts";

const python = script("requests", "python-requests/2.32.3");
const anHour = { must: 0.95, minutes: 60, speed: 400 } as const;

/** In the order in which they run. */
export const stuffingScenarios: readonly Scenario[] = [
  {
    ...anHour,
    name: "hydra",
    about: "hydra, 16 connections, one rented server that is on no list",
    attack: byTool("hydra", { count: 1500, hitRate: 0.02, parallel: 16 }, ({ dice, pools }) =>
      pools.addresses("cloud_unlisted", 1, dice),
    ),
  },
  {
    ...anHour,
    name: "patator",
    about: "patator over 20 bulletproof and rented addresses",
    attack: byTool("patator", { count: 1200, hitRate: 0.02, parallel: 10 }, ({ dice, pools }) => [
      ...pools.addresses("bulletproof", 10, dice),
      ...pools.addresses("cloud_unlisted", 10, dice),
    ]),
  },
  {
    ...anHour,
    name: "python_requests",
    about: "python-requests over 300 rented addresses, a new one for each attempt",
    attack: byTool("python-requests", { count: 3000, hitRate: 0.02, parallel: 8 }, ({ dice, pools }) => [
      ...pools.addresses("cloud_listed", 150, dice),
      ...pools.addresses("cloud_unlisted", 150, dice),
    ]),
  },
  {
    ...anHour,
    name: "got_scraping",
    about: "got-scraping with the headers of a browser on each attempt, over 200 residential addresses",
    must: 0.8,
    attack: byTool("got-scraping", { count: 1000, hitRate: 0.02, parallel: 8 }, ({ dice, pools }) =>
      pools.addresses("residential", 200, dice),
    ),
  },
  {
    ...anHour,
    name: "impit",
    about: "impit over HTTPS with Chrome's hello and headers, over 200 residential addresses",
    // Its headers and its hello are Chrome's, as those of the real browser below.
    must: 0.8,
    hasChromium: true,
    attack: byTool("impit", { count: 1000, hitRate: 0.02, parallel: 8 }, ({ dice, pools }) =>
      pools.addresses("residential", 200, dice),
    ),
  },
  {
    name: "real_browser",
    about: "stealth Chromium, the customers' own binary, on 30 residential addresses that customers share",
    must: 0.8,
    // A browser takes as long as it takes: of all scenarios the longest, and yet of its list only the beginning.
    minutes: 60,
    speed: 60,
    attack: byTool(
      "chromium",
      { count: 400, hitRate: 0.1, parallel: 3, withinMs: 60_000 },
      ({ dice, homes }) => dice.shuffle(homes).slice(0, 30),
    ),
  },
  {
    ...anHour,
    name: "good_list",
    about: "a fresh list of which 40 % fits, one script over 100 residential addresses",
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(800, 0.4, firstVictim, dice),
      addressOf: turning(pools.addresses("residential", 100, dice)),
      softwareOf: () => python,
      isApp: true,
    })),
  },
  {
    ...anHour,
    name: "stale_list",
    about: "a worn-out list of which 0.5 % fits, one script over 50 rented addresses",
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(2000, 0.005, firstVictim, dice),
      addressOf: turning(pools.addresses("cloud_unlisted", 50, dice)),
      softwareOf: () => python,
      isApp: true,
      everyMs: 500,
    })),
  },
  {
    ...anHour,
    name: "spraying",
    about: "three passwords for six hundred accounts, each account once a round",
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: sprayList(600, 3, firstVictim, dice),
      addressOf: turning(pools.addresses("cloud_unlisted", 40, dice)),
      softwareOf: () => script("go", "Go-http-client/2.0"),
      everyMs: 1000,
    })),
  },
  {
    name: "low_and_slow",
    about:
      "one attempt an address, a thousand addresses of many networks, as a copied browser that opens the form",
    must: 0.8,
    minutes: 240,
    speed: 900,
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(1000, 0.03, firstVictim, dice),
      addressOf: turning(pools.addresses("residential", 1000, dice)),
      softwareOf: () => browser("chromium", dice.fork("bot")),
      opensPage: true,
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
    ...anHour,
    name: "random_headers",
    about: "another order and set of headers on each request, over 150 addresses",
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(1500, 0.02, firstVictim, dice),
      addressOf: turning(pools.addresses("cloud_unlisted", 150, dice)),
      softwareOf: (attempt) => shuffled(dice.fork(attempt)),
      everyMs: 1000,
    })),
  },
  {
    ...anHour,
    name: "random_over_tls",
    about: "the same over HTTPS, where the hello does not change, through 300 homes",
    hasChromium: true,
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(1000, 0.02, firstVictim, dice),
      addressOf: turning(pools.addresses("residential", 300, dice)),
      softwareOf: (attempt) => shuffled(dice.fork(attempt)),
      isTls: true,
    })),
  },
  {
    ...anHour,
    name: "parallel",
    about: "64 attempts at once from one address",
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
    ...anHour,
    name: "control_account",
    about: "an account of his own in between, as a good sign-in and to see whether he is lied to",
    attack: byHand(({ dice, firstVictim, pools }) => ({
      pairs: comboList(1000, 0.02, firstVictim + 1, dice),
      addressOf: turning(pools.addresses("cloud_unlisted", 5, dice)),
      softwareOf: () => python,
      control: { ...seededAccount(firstVictim), after: 5 },
    })),
  },
];
