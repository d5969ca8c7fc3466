/** Attacks other than on passwords. */
import { bySteps } from "./attack-frames.ts";
import { browser, script } from "./client-software.ts";
import { firstAttackedCard } from "./customers.ts";
import { drainAccounts, guessCards, registerMany, resetMany, scrape } from "./other-attacks.ts";
import type { Scenario } from "./scenario.ts";
import { catalogueSize } from "./wide-catalogue.ts";

const python = script("requests", "python-requests/2.32.3");
const crawlerAgent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const anHour = { must: 0.95, minutes: 60, speed: 400 } as const;
/** How fast somebody reads is what scrapers are told by: the clock must not run so fast that a busy machine slows them down. */
const atLeisure = { must: 0.95, minutes: 20, speed: 100 } as const;

/** In the order in which they run. */
export const otherScenarios: readonly Scenario[] = [
  {
    ...anHour,
    name: "fake_registration",
    about: "accounts made by a script over 20 rented addresses",
    attack: bySteps(
      { count: 800, worth: 800, isApp: true, parallel: 4, everyMs: 3000 },
      ({ dice, pools }) => ({ software: python, addresses: pools.addresses("cloud_unlisted", 20, dice) }),
      (how, place, { dice }) => registerMany(how, place, dice),
    ),
  },
  {
    ...anHour,
    name: "reset_flood",
    about: "resets for every account, over 10 rented addresses",
    attack: bySteps(
      { count: 800, worth: 800, isApp: true, parallel: 4, everyMs: 3000 },
      ({ dice, pools }) => ({ software: python, addresses: pools.addresses("cloud_unlisted", 10, dice) }),
      (how, place, { firstVictim }) => resetMany(how, place, firstVictim),
    ),
  },
  {
    ...anHour,
    name: "card_guessing",
    about: "gift-card codes, one in ten real, over 10 addresses",
    attack: bySteps(
      { count: 1500, worth: 150, isApp: true, parallel: 4, everyMs: 1000 },
      ({ dice, pools }) => ({ software: python, addresses: pools.addresses("residential", 10, dice) }),
      (how, place, { dice }) =>
        guessCards({ ...how, firstCard: firstAttackedCard, validEvery: 10 }, place, dice),
    ),
  },
  {
    must: 0.95,
    // Three seconds, which a policy asks about, must be longer than the machine needs for two answers.
    minutes: 15,
    speed: 60,
    name: "draining",
    about: "150 accounts that were taken over elsewhere buy gift cards, from 3 addresses",
    attack: bySteps(
      { count: 150, worth: 150, isApp: true, parallel: 2, everyMs: 10_000 },
      ({ dice, pools }) => ({ software: python, addresses: pools.addresses("residential", 3, dice) }),
      (how, place, { firstVictim }) => drainAccounts(how, place, firstVictim),
    ),
  },
  {
    ...atLeisure,
    name: "fake_crawler",
    about: "the whole catalogue by a script that calls itself Googlebot, from 4 rented addresses",
    attack: bySteps(
      { count: catalogueSize, worth: catalogueSize, isApp: false, parallel: 4, everyMs: 500 },
      ({ dice, pools }) => ({
        software: script("go", crawlerAgent),
        addresses: pools.addresses("cloud_unlisted", 4, dice),
      }),
      (how, place) => scrape(how, place),
    ),
  },
  {
    ...atLeisure,
    name: "scraping",
    about: "the whole catalogue by a copied browser, from 2 addresses",
    attack: bySteps(
      { count: catalogueSize, worth: catalogueSize, isApp: false, parallel: 4, everyMs: 500 },
      ({ dice, pools }) => ({
        software: browser("chromium", dice.fork("bot")),
        addresses: pools.addresses("cloud_unlisted", 2, dice),
      }),
      (how, place) => scrape(how, place),
    ),
  },
];
