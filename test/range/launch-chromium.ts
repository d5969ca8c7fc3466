/** Debian's Chromium without a window, with what gives automation away switched off: for customers and attackers alike. */
import { type Browser, chromium } from "playwright-core";

/** A running one, and the User-Agent with which it does not say that there is no window. */
export interface LaunchedChromium {
  readonly browser: Browser;
  readonly userAgent: string;
}

/** Starts it, with further switches if there are any. */
export async function launchChromium(switches: readonly string[] = []): Promise<LaunchedChromium> {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-blink-features=AutomationControlled",
      ...switches,
    ],
  });
  const [version] = browser.version().split(".");
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
  return { browser, userAgent };
}
