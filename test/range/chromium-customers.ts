/** Customers with true Chromium over HTTPS: few, since each costs a second, but nothing about them is a copy. */
import type { BrowserContext, Page } from "playwright-core";
import { seededAccount, seededAccounts } from "../../src/demo/seeded.ts";
import type { AddressPools } from "./address-pools.ts";
import { reservedAccounts } from "./combo-list.ts";
import { launchChromium } from "./launch-chromium.ts";
import type { RangeClock } from "./range-clock.ts";
import type { Dice } from "./seeded-dice.ts";
import { startToolRelay } from "./tool-relay.ts";

/** Where they shop. */
export interface ChromiumPlace {
  readonly tlsPort: number;
  readonly clock: RangeClock;
  readonly pools: AddressPools;
  /** The same for the whole run, so that people stay who and where they are. */
  readonly dice: Dice;
  readonly sent: (address: string, path: string) => void;
}

/** What one browser has kept. */
export type KeptCookies = Parameters<BrowserContext["addCookies"]>[0];

/** One customer's day. */
export interface ChromiumVisit {
  readonly who: string;
  readonly address: string;
  readonly from: number;
  readonly until: number;
  readonly stops: number;
}

/** The group's name; its accounts are the last ones of the shop but for the probe's. */
export const chromiumGroup = "true_chromium";
/** How many there are. */
export const chromiumPeople = 8;
const firstAccount = seededAccounts - reservedAccounts;
/** For each step; a busy machine takes its time. */
const timeout = 30_000;

/** Each of them visits once, one after the other, spread over the time until `until`; `kept` is theirs from before, and after. */
export async function visitWithChromium(
  place: ChromiumPlace,
  until: number,
  kept: KeptCookies[],
): Promise<readonly ChromiumVisit[]> {
  const { clock, dice, pools, sent, tlsPort } = place;
  const { browser, userAgent } = await launchChromium();
  const addresses = pools.addresses("residential", chromiumPeople, dice.fork("chromium addresses"));
  const visits: ChromiumVisit[] = [];
  const step = (until - clock.now) / (chromiumPeople + 1);
  for (const [nth, address] of addresses.entries()) {
    const at = clock.now;
    const relay = await startToolRelay({ toPort: tlsPort, addressOf: () => address, sent });
    const context = await browser.newContext({ userAgent, ignoreHTTPSErrors: true });
    await context.addCookies(kept[nth] ?? []);
    const stops = await shopAround(await context.newPage(), `https://localhost:${relay.port}`, nth);
    kept[nth] = (await context.cookies()).filter(({ name }) => name !== "sid");
    await context.close();
    relay.stop();
    visits.push({ who: seededAccount(firstAccount + nth).email, address, from: at, until: clock.now, stops });
    await clock.sleepUntil(at + step);
  }
  await browser.close();
  return visits;
}

/** A visit to its end; gives how often something in front of the shop stood in the way. */
async function shopAround(page: Page, url: string, nth: number): Promise<number> {
  const { email, password } = seededAccount(firstAccount + nth);
  let stops = 0;
  page.on("response", (response) => {
    if ([403, 429, 503].includes(response.status())) stops++;
  });
  const typed = [...(nth % 4 === 0 ? [`${password}1`] : []), password];
  for (const path of ["/", `/products/${1 + nth}`, "/login"])
    await page.goto(`${url}${path}`, { timeout, waitUntil: "domcontentloaded" });
  for (const attempt of typed) {
    await page.locator("main input[name=email]").fill(email, { timeout });
    await page.locator("main input[name=password]").fill(attempt, { timeout });
    const answered = page.waitForResponse((response) => response.request().method() === "POST", { timeout });
    await page.keyboard.press("Enter");
    const status = (await answered).status();
    // What the answer leads to takes the place of the form.
    await page.waitForLoadState("domcontentloaded", { timeout });
    if (attempt === password && status !== 303) stops++;
  }
  return stops;
}
