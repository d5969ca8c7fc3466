/** An attacker with real browsers: they open the real page and type into the real form. */
import type { Page } from "playwright-core";
import type { Pair } from "./attack-tally.ts";
import { launchChromium } from "./launch-chromium.ts";

/** What he does with them. */
export interface BrowserAttack {
  readonly pairs: readonly Pair[];
  readonly parallel: number;
  readonly withinMs: number;
  readonly port: number;
  /** Takes how each attempt ended. */
  readonly tell: (email: string, status: number) => void;
}

/** Profiles of one worker, each with connections of its own; cookies go after each attempt, profiles would cost a second each. */
const profiles = 4;
const waitMs = 5000;

/** Runs it to the list's end or to its time. */
export async function driveBrowsers({ pairs, parallel, port, tell, withinMs }: BrowserAttack): Promise<void> {
  const until = performance.now() + withinMs;
  const { browser, userAgent } = await launchChromium();
  let next = 0;
  const worker = async () => {
    const pages: Page[] = [];
    while (next < pairs.length && performance.now() < until) {
      const { email, password } = pairs[next]!;
      const page = (pages[next++ % profiles] ??= await (await browser.newContext({ userAgent })).newPage());
      // A page that does not come is how a stop may look to him, too.
      await tryPair(page, port, email, password).then(
        (status) => tell(email, status),
        () => tell(email, 0),
      );
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  await browser.close();
}

async function tryPair(page: Page, port: number, email: string, password: string): Promise<number> {
  await page.context().clearCookies();
  const opened = await page.goto(`http://127.0.0.1:${port}/login`, { timeout: waitMs, waitUntil: "commit" });
  if (!opened || opened.status() >= 400) return opened?.status() ?? 0;
  // Typed and sent off by the Enter key: a form that a script sends lacks a header that people's browsers send.
  await page.locator("main input[name=email]").focus({ timeout: waitMs });
  await page.keyboard.insertText(email);
  await page.locator("main input[name=password]").focus({ timeout: waitMs });
  await page.keyboard.insertText(password);
  const answered = page.waitForResponse((response) => response.request().method() === "POST", {
    timeout: waitMs,
  });
  await page.keyboard.press("Enter");
  return (await answered).status();
}
