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
/** For each step; a busy machine takes its time, and an attempt given up counts as one that taught nothing. */
const waitMs = 15_000;

/** What checkers switch off: nobody looks at the window. Whatever a page loads to work it still loads, images apart. */
const unseen = [
  "--blink-settings=imagesEnabled=false",
  "--in-process-gpu",
  "--disable-software-rasterizer",
  "--disable-gpu-compositing",
  "--disable-threaded-compositing",
  "--process-per-site",
  "--renderer-process-limit=2",
];
const viewport = { width: 320, height: 240 };

/** A window, and whether the form is still in it. */
interface Tab {
  readonly page: Page;
  hasForm: boolean;
}

/** Runs it to the list's end or to its time. */
export async function driveBrowsers({ pairs, parallel, port, tell, withinMs }: BrowserAttack): Promise<void> {
  const until = performance.now() + withinMs;
  const { browser, userAgent } = await launchChromium(unseen);
  const open = async (): Promise<Tab> => {
    const context = await browser.newContext({ userAgent, viewport });
    return { page: await context.newPage(), hasForm: false };
  };
  let next = 0;
  const worker = async () => {
    const tabs: Tab[] = [];
    while (next < pairs.length && performance.now() < until) {
      const { email, password } = pairs[next]!;
      const tab = (tabs[next++ % profiles] ??= await open());
      // A page that does not come is how a stop may look to him, too.
      const status = await tryPair(tab, port, email, password).catch(() => 0);
      // A wrong password brings the form again, and whoever has a list goes on in it.
      tab.hasForm = status === 422;
      tell(email, status);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  await browser.close();
}

async function tryPair(
  { hasForm, page }: Tab,
  port: number,
  email: string,
  password: string,
): Promise<number> {
  await page.context().clearCookies();
  if (!hasForm) {
    const url = `http://127.0.0.1:${port}/login`;
    const opened = await page.goto(url, { timeout: waitMs, waitUntil: "commit" });
    if (!opened || opened.status() >= 400) return opened?.status() ?? 0;
  }
  // Typed and sent off by the Enter key: a form that a script sends lacks a header that people's browsers send.
  await page.locator("main input[name=email]").focus({ timeout: waitMs });
  // What the form still has of the attempt before is typed over.
  if (hasForm) await page.keyboard.press("Control+A");
  await page.keyboard.insertText(email);
  await page.locator("main input[name=password]").focus({ timeout: waitMs });
  await page.keyboard.insertText(password);
  const answered = page.waitForResponse((response) => response.request().method() === "POST", {
    timeout: waitMs,
  });
  // What the answer leads to takes the form's place: until then the next attempt would type into the old one.
  const shown = page.waitForEvent("domcontentloaded", { timeout: waitMs });
  const [answer] = await Promise.all([answered, shown, page.keyboard.press("Enter")]);
  return answer.status();
}
