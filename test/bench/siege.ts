/**
 * A million requests against one edge: odd sign-ins over many accounts, balance checks, purchases. How many a second it
 * sustains, whether its memory stays flat, whether events and ledger are complete, and how large the database gets.
 *
 * What may be missing where the writer is behind, and is counted then: first events of requests that no policy matched,
 * one in eight of which stays, then those that one matched. Never sign-ins within an attack, the calls about them, and what
 * accounts that were taken over do and move. At the rate that is offered, what policies matched must be there, too.
 */
import { Database } from "bun:sqlite";
import { readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signIn } from "../support/console-session.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { printFigure } from "./figure.ts";

const usualRequests = 1_000_000;
const connections = 32;
const windows = 10;
const longestTellingMs = 120_000;
const longestWritingMs = 60_000;
/** What the budget says of events (DESIGN.md §8); `--rate N` offers as many, and 0 as many as go. */
const usualRate = 10_000;
/** One login in so many gets in. */
const oneInTaken = 1000;
const policies = (origin: number, hook: number) => `app shop {
  origin http://127.0.0.1:${origin}
  route login POST /login       tagged auth
  route card  GET  /cards/:code tagged gift_card
  route buy   POST /buy         tagged money
  identify username = body.email
  identify session  = header authorization | response body.token
  outcome login success status 200 failure status 401
  at_risk webhook reset { user: account } amount body.amount at buy
}
webhook reset POST "http://127.0.0.1:${hook}/reset"
list tools: text = ["siege/1.0"]
policy seen on shop.login {
  when { header user-agent in tools  header x-slow present }
  then { label ato }
}
policy wall on shop.login {
  when { header user-agent in tools  header x-slow missing }
  then { block 429 }
}
`;

/** Runs it; `--requests N` makes it smaller. */
export async function benchSiege(args: readonly string[]): Promise<void> {
  const requests = numberAfter(args, "--requests") ?? usualRequests;
  const rate = numberAfter(args, "--rate") ?? usualRate;
  const folder = await mkdtemp(join(tmpdir(), "sallyport-siege-"));
  const told = new Set<string>();
  const origin = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });
  const hook = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      told.add(((await request.json()) as { user: string }).user);
      return new Response("ok");
    },
  });
  await writeFile(join(folder, "shop.policy"), policies(origin.port ?? 0, hook.port ?? 0));
  const sallyport = await startSallyport({
    args: ["--policies", folder, "--allow-webhook-target", "127.0.0.1"],
  });
  try {
    await besiege(sallyport, { requests, rate }, told);
  } finally {
    await sallyport.stop();
    await origin.stop(true);
    await hook.stop(true);
    await rm(folder, { recursive: true, force: true });
  }
}

function numberAfter(args: readonly string[], flag: string): number | undefined {
  const at = args.indexOf(flag);
  const number = at < 0 ? Number.NaN : Number(args[at + 1]);
  return Number.isInteger(number) ? number : undefined;
}

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname !== "/login") return Response.json({ ok: true });
  const { email } = (await request.json()) as { email: string };
  return email.startsWith("taken")
    ? Response.json({ token: `t-${email}` })
    : Response.json({}, { status: 401 });
}

async function besiege(
  sallyport: RunningSallyport,
  { requests, rate }: { readonly requests: number; readonly rate: number },
  told: ReadonlySet<string>,
): Promise<void> {
  const memory: number[] = [];
  let taken = 0;
  let moved = 0;
  let next = 0;
  const began = performance.now();
  const client = async () => {
    while (next < requests) {
      const n = next++;
      const waitMs = rate === 0 ? 0 : (n / rate) * 1000 - (performance.now() - began);
      if (waitMs > 1) await Bun.sleep(waitMs);
      if (n % Math.ceil(requests / windows) === 0) memory.push(residentMegabytes(sallyport.pid));
      if (n % oneInTaken !== 0) {
        await post(sallyport.edgeUrl, "/login", { email: `user${n % 200_000}@shop.example` });
        continue;
      }
      taken++;
      moved += 50;
      await takeOver(sallyport.edgeUrl, `taken${n}@shop.example`);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - began) / 1000;
  const sent = requests + taken * 2;
  printFigure({ figure: "siege.requests_per_second", value: sent / seconds, unit: "1/s", better: "higher" });
  memory.push(residentMegabytes(sallyport.pid));
  const early = memory[Math.floor(memory.length / 2)] ?? 0;
  const growth = (memory.at(-1) ?? 0) / early;
  printFigure({ figure: "siege.memory_end", value: memory.at(-1) ?? 0, unit: "MB", better: "lower" });
  printFigure({
    figure: "siege.memory_growth_second_half",
    value: growth,
    unit: "x",
    must: 1.25,
    better: "lower",
  });
  await untilAllTold(told, taken);
  await report(sallyport, { sent, taken, moved, told });
}

/** Calls go out at the target's pace, while the siege lasts and after it. */
async function untilAllTold(told: ReadonlySet<string>, taken: number): Promise<void> {
  const began = performance.now();
  while (told.size < taken && performance.now() - began < longestTellingMs) await Bun.sleep(100);
  const seconds = (performance.now() - began) / 1000;
  printFigure({ figure: "siege.seconds_until_all_told", value: seconds, unit: "s", better: "lower" });
}

interface Expected {
  readonly sent: number;
  readonly taken: number;
  readonly moved: number;
  readonly told: ReadonlySet<string>;
}

async function report(sallyport: RunningSallyport, { sent, taken, moved, told }: Expected): Promise<void> {
  const sampled = await sampledEvents(sallyport);
  const path = join(sallyport.dataDir, "sallyport.db");
  const database = new Database(path, { readonly: true });
  const one = (sql: string) => database.query<{ n: number }, []>(sql).get()?.n ?? 0;
  const countStored = () => one("SELECT count(*) AS n FROM event");
  await untilStored(() => countStored() + sampled >= sent);
  const stored = countStored();
  const must: readonly (readonly [string, number])[] = [
    // All but the balance checks, one for each account that was taken.
    ["siege.matched_events_stored", one("SELECT count(*) AS n FROM receipt") / (sent - taken)],
    ["siege.events_stored_or_counted", (stored + sampled) / sent],
    ["siege.ledger_complete", one("SELECT count(*) AS n FROM account WHERE state > 0") / taken],
    ["siege.told_once", told.size / taken],
    ["siege.amount_complete", one("SELECT sum(amount) AS n FROM account") / moved],
  ];
  for (const [figure, value] of must) printFigure({ figure, value, unit: "x", must: 1, better: "higher" });
  printFigure({ figure: "siege.events_sampled", value: sampled, unit: "events", better: "lower" });
  const tried = one("SELECT count(*) AS n FROM account");
  printFigure({ figure: "siege.accounts_tried", value: tried, unit: "accounts", better: "higher" });
  database.close();
  const bytes = [path, `${path}-wal`].reduce((sum, file) => sum + sizeOf(file), 0);
  printFigure({ figure: "siege.database", value: bytes / 1e6, unit: "MB", better: "lower" });
  printFigure({ figure: "siege.database_per_request", value: bytes / sent, unit: "B", better: "lower" });
}

/** What waits for the writer at the end is bounded by bytes, and written within seconds. */
async function untilStored(isStored: () => boolean): Promise<void> {
  const began = performance.now();
  while (!isStored() && performance.now() - began < longestWritingMs) await Bun.sleep(200);
  const seconds = (performance.now() - began) / 1000;
  printFigure({ figure: "siege.seconds_until_stored", value: seconds, unit: "s", better: "lower" });
}

/** What the process itself says that it left out. */
async function sampledEvents({ consoleUrl, password }: RunningSallyport): Promise<number> {
  const session = await signIn(consoleUrl, password);
  const overview = (await (await session.fetch("/api/v1/overview")).json()) as {
    process: { droppedEvents: number };
  };
  return overview.process.droppedEvents;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function takeOver(edgeUrl: string, email: string): Promise<void> {
  await post(edgeUrl, "/login", { email }, { "x-slow": "1" });
  const authorization = `Bearer t-${email}`;
  const headers = { "user-agent": "siege/1.0", authorization };
  await (await fetch(`${edgeUrl}/cards/1234`, { headers })).arrayBuffer();
  await post(edgeUrl, "/buy", { amount: 50 }, { authorization });
}

async function post(
  edgeUrl: string,
  path: string,
  body: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const headers = { "content-type": "application/json", "user-agent": "siege/1.0", ...more };
  await (await fetch(edgeUrl + path, { method: "POST", headers, body: JSON.stringify(body) })).arrayBuffer();
}

/** Linux only: from /proc. */
function residentMegabytes(pid: number): number {
  const [, kilobytes = "0"] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1000;
}
