/** A real Chromium, Debian's, and what its pages complain about. */
import { type Browser, chromium, type Page } from "playwright-core";

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const executablePath = "/usr/bin/chromium";

/** Starts the browser; close it yourself. It calls itself what it does on a desk: windowless ones are stopped at sign-in. */
export function launchBrowser(): Promise<Browser> {
  const said = Bun.spawnSync([executablePath, "--version"]).stdout.toString();
  const major = /(\d+)\./.exec(said)?.[1] ?? "100";
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
  return chromium.launch({ executablePath, args: [...flags, `--user-agent=${userAgent}`] });
}

/** Collects what goes wrong on a page: script errors, and whatever the browser's console calls an error (CSP, missing assets). */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} (${message.location().url})`);
  });
  return complaints;
}
