/**
 * A million requests against one edge: odd sign-ins over many accounts, balance checks, purchases. How many a second it
 * sustains, whether its memory stays flat, whether events and ledger are complete, and how large the database gets.
 */
import { Database } from "bun:sqlite";
import { readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { printFigure } from "./figure.ts";

const usualRequests = 1_000_000;
const connections = 32;
const windows = 10;
/** One login in so many gets in. */
const oneInTaken = 200;
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
  const requests = Number(args[args.indexOf("--requests") + 1] ?? usualRequests) || usualRequests;
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
    await besiege(sallyport, requests, told);
  } finally {
    await sallyport.stop();
    await origin.stop(true);
    await hook.stop(true);
    await rm(folder, { recursive: true, force: true });
  }
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
  requests: number,
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
  await report(sallyport.dataDir, { sent, taken, moved, told });
}

interface Expected {
  readonly sent: number;
  readonly taken: number;
  readonly moved: number;
  readonly told: ReadonlySet<string>;
}

async function report(dataDir: string, { sent, taken, moved, told }: Expected): Promise<void> {
  const path = join(dataDir, "sallyport.db");
  const database = new Database(path, { readonly: true });
  const one = (sql: string) => database.query<{ n: number }, []>(sql).get()?.n ?? 0;
  // What waits is written within seconds; calls go out at the target's pace.
  const began = performance.now();
  const mostTries = 300 + 2 * taken;
  for (let tries = 0; tries < mostTries && told.size < taken; tries++) await Bun.sleep(200);
  const seconds = (performance.now() - began) / 1000;
  printFigure({ figure: "siege.seconds_until_all_told", value: seconds, unit: "s", better: "lower" });
  const figures: readonly (readonly [string, number])[] = [
    ["siege.events_stored", one("SELECT count(*) AS n FROM event") / sent],
    ["siege.ledger_complete", one("SELECT count(*) AS n FROM account WHERE state > 0") / taken],
    ["siege.told_once", told.size / taken],
    ["siege.amount_complete", one("SELECT sum(amount) AS n FROM account") / moved],
  ];
  for (const [figure, value] of figures) printFigure({ figure, value, unit: "x", must: 1, better: "higher" });
  const bytes = [path, `${path}-wal`].reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
  printFigure({
    figure: "siege.accounts_tried",
    value: one("SELECT count(*) AS n FROM account"),
    unit: "accounts",
    better: "higher",
  });
  printFigure({ figure: "siege.database", value: bytes / 1e6, unit: "MB", better: "lower" });
  printFigure({ figure: "siege.database_per_request", value: bytes / sent, unit: "B", better: "lower" });
  database.close();
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
