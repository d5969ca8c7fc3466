/** Attacks with the tools that attackers really use, each run as its manual shows. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AttackTally, Pair } from "./attack-tally.ts";
import { driveBrowsers } from "./drive-browsers.ts";
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
  const { addressOf, pairs, parallel, tool } = attack;
  const { port, sent, slow, tally, tlsPort } = place;
  const isTls = tool === "impit";
  // These two say themselves how each attempt ended: over TLS nobody in between could tell.
  const isCounted = !isTls && tool !== "chromium";
  const toPort = isTls ? tlsPort : port;
  const relay = await startToolRelay({
    toPort,
    addressOf,
    sent,
    ...(isCounted && { counts: { tally, pairs } }),
  });
  const folder = await mkdtemp(join(tmpdir(), "range-tool-"));
  const listed = pairs.map(({ email, password }) => `${email}:${password}\n`).join("");
  await writeFile(join(folder, "combos"), listed);
  const tell = reportTo(tally, pairs);
  const withinMs = attack.withinMs * slow;
  try {
    if (tool === "chromium") await driveBrowsers({ pairs, parallel, withinMs, port: relay.port, tell });
    else await runProgram(commandOf(attack, relay.port), folder, withinMs, tell);
  } finally {
    relay.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Takes what a tool says of one attempt: the account's name, and the status of the answer. */
function reportTo(tally: AttackTally, pairs: readonly Pair[]): (email: string, status: number) => void {
  const valid = new Set(pairs.filter(({ isValid }) => isValid).map(({ email }) => email));
  return (email, status) => {
    tally.attempted();
    if (valid.has(email)) tally.reach(email);
    if ([403, 429, 503].includes(status)) tally.stopped();
    if (status !== 303 || !valid.has(email)) return;
    tally.signedIn("a tool's", email);
    tally.learnt(email);
  };
}

async function runProgram(
  command: readonly string[],
  cwd: string,
  withinMs: number,
  tell: (email: string, status: number) => void,
): Promise<void> {
  const child = Bun.spawn([...command], {
    cwd,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
    timeout: withinMs,
    killSignal: "SIGKILL",
  });
  const said = await new Response(child.stdout).text();
  // What other tools print has another form.
  for (const [, email = "", status] of said.matchAll(/^attempt (\S+) (\d+)$/gm)) tell(email, Number(status));
  await child.exited;
}

function commandOf({ parallel, tool }: ToolAttack, port: number): readonly string[] {
  const url = `http://127.0.0.1:${port}`;
  switch (tool) {
    case "hydra": {
      const form = "/login:email=^USER^&password=^PASS^:S=Location";
      const how = ["-C", "combos", "-t", String(parallel), "-s", String(port)];
      return ["hydra", ...how, "127.0.0.1", "http-post-form", form];
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
      return ["node", join(import.meta.dir, "attack-got-scraping.mjs"), url, String(parallel)];
    case "impit":
      return [
        "node",
        join(import.meta.dir, "attack-impit.mjs"),
        `https://localhost:${port}`,
        String(parallel),
      ];
    case "chromium":
      return [];
  }
}
