/** Attacks with the tools that attackers really use, each run as its manual shows. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Pair } from "./attack-tally.ts";
import type { AttackPlace } from "./stuffing.ts";
import { startToolRelay } from "./tool-relay.ts";

/** A tool by name. */
export type AttackTool = "hydra" | "patator" | "python-requests" | "got-scraping" | "impit" | "chromium";

/** What a tool is given. */
export interface ToolAttack {
  readonly tool: AttackTool;
  readonly pairs: readonly Pair[];
  readonly addressOf: (connection: number) => string;
  readonly parallel: number;
  /** Real ms after which the tool is ended. */
  readonly withinMs: number;
}

/** Runs it to its end or to its time. */
export async function attackWithTool(attack: ToolAttack, place: AttackPlace): Promise<void> {
  const { addressOf, pairs } = attack;
  const relay = await startToolRelay({
    toPort: place.port,
    addressOf,
    tally: place.tally,
    pairs,
    sent: place.sent,
  });
  const folder = await mkdtemp(join(tmpdir(), "range-tool-"));
  const listed = pairs.map(({ email, password }) => `${email}:${password}\n`).join("");
  await writeFile(join(folder, "combos"), listed);
  try {
    if (attack.tool === "chromium")
      await driveBrowsers({ ...attack, withinMs: attack.withinMs * place.slow }, relay.port);
    else await runProgram(commandOf(attack, relay.port), folder, attack.withinMs * place.slow);
  } finally {
    relay.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runProgram(command: readonly string[], cwd: string, withinMs: number): Promise<void> {
  const child = Bun.spawn([...command], {
    cwd,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    timeout: withinMs,
    killSignal: "SIGKILL",
  });
  await child.exited;
}

function commandOf({ parallel, tool }: ToolAttack, port: number): readonly string[] {
  const url = `http://127.0.0.1:${port}`;
  switch (tool) {
    case "hydra": {
      const form = "/login:email=^USER^&password=^PASS^:S=Location";
      return [
        "hydra",
        "-C",
        "combos",
        "-t",
        String(parallel),
        "-s",
        String(port),
        "127.0.0.1",
        "http-post-form",
        form,
      ];
    }
    case "patator":
      return [
        "patator",
        "http_fuzz",
        `url=http://localhost:${port}/login`,
        // Newer libcurl versions refuse the empty entry that it sends otherwise.
        "resolve=localhost:127.0.0.1",
        "method=POST",
        "0=combos",
        "body=email=COMBO00&password=COMBO01",
        "-t",
        String(parallel),
        "-x",
        "ignore:code=422",
      ];
    case "python-requests":
      return ["python3", join(import.meta.dir, "attack-requests.py"), url, String(parallel)];
    case "got-scraping":
    case "impit":
      return ["node", join(import.meta.dir, `attack-${tool}.mjs`), url, String(parallel)];
    case "chromium":
      return [];
  }
}

/** Real browsers that type into the real form, with what gives automation away switched off. */
async function driveBrowsers({ pairs, parallel, withinMs }: ToolAttack, port: number): Promise<void> {
  const until = performance.now() + withinMs;
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-blink-features=AutomationControlled"],
  });
  // Without it the agent would say that there is no window.
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version().split(".")[0]}.0.0.0 Safari/537.36`;
  let next = 0;
  const worker = async () => {
    while (next < pairs.length && performance.now() < until) {
      const { email, password } = pairs[next++]!;
      const context = await browser.newContext({ userAgent });
      try {
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${port}/login`, { timeout: 10_000 });
        await page.getByLabel("E-mail").fill(email, { timeout: 5_000 });
        await page.getByLabel("Password").fill(password, { timeout: 5_000 });
        await page.locator("main").getByRole("button", { name: "Sign in" }).click({ timeout: 5_000 });
        await page.waitForLoadState("domcontentloaded", { timeout: 5_000 });
      } catch {
        // A page that does not come is how a stop may look to him; the relay has counted it.
      }
      await context.close();
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  await browser.close();
}
