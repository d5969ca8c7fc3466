/**
 * Killed at random moments of a stuffing attack, its target flapping: no entry of the ledger is lost, and a receiver
 * that honours the idempotency key acts once for each. Seeded: `SALLYPORT_KILLS=10 SALLYPORT_SEED=7 bun test …` repeats
 * the long run.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../src/demo/random.ts";
import { startFlappingReceiver } from "../support/flapping-receiver.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const kills = Number(process.env["SALLYPORT_KILLS"] ?? "3");
const random = seededRandom(Number(process.env["SALLYPORT_SEED"] ?? "1"), "kills", kills);
/** What was answered so long before a kill is on disk even on a machine that is far too busy; usually it takes a few ms. */
const settledMs = 1000;

const secret = `whsec_${Buffer.from("the reset hook's own secret, 32b").toString("base64")}`;
const receiver = startFlappingReceiver(secret);
let folder = "";
let policies = "";
let dataDir = "";

const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    const { email } = (await request.json()) as { email: string };
    return Response.json({}, { status: email.startsWith("taken") ? 200 : 401 });
  },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sallyport-ledger-crash-"));
  policies = join(folder, "policies");
  dataDir = join(folder, "data");
  await mkdir(join(policies, "secrets"), { recursive: true });
  await writeFile(join(policies, "secrets/reset"), `${secret}\n`);
  await writeFile(
    join(policies, "shop.policy"),
    `app shop {
      origin http://127.0.0.1:${origin.port}
      route login POST /login
      identify username = body.email
      outcome login success status 200 failure status 401
      at_risk webhook reset { user: account }
    }
    webhook reset POST "${receiver.url}/reset" secret from file "secrets/reset"
    policy stuffing on shop.login {
      when { header x-tool = stuffer }
      then { label ato }
    }`,
  );
});

afterAll(async () => {
  await origin.stop(true);
  receiver.stop();
  await rm(folder, { recursive: true, force: true });
});

function start(): Promise<RunningSallyport> {
  const args = ["--policies", policies, "--allow-webhook-target", "127.0.0.1", "--tell-timeout", "1"];
  return startSallyport({ dataDir, args });
}

/** Signs in over and over until the process is gone; resolves to whom it got, and when. */
async function stuff(edgeUrl: string, round: number): Promise<Map<string, number>> {
  const got = new Map<string, number>();
  for (let n = 0; ; n++) {
    const email = n % 4 === 0 ? `taken${round}-${n}@shop.example` : `stranger${round}-${n}@shop.example`;
    try {
      const answer = await fetch(`${edgeUrl}/login`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-tool": "stuffer" },
        body: JSON.stringify({ email }),
      });
      await answer.arrayBuffer();
      if (answer.status === 200) got.set(email, performance.now());
    } catch {
      return got;
    }
    // The receiver is slow on purpose: it is to come to the end of what it is told.
    await Bun.sleep(8);
  }
}

test("no entry is lost, and none is acted on twice", async () => {
  const settled: string[] = [];
  const maybe = new Set<string>();
  for (let round = 0; round < kills; round++) {
    const sallyport = await start();
    const stuffing = stuff(sallyport.edgeUrl, round);
    await Bun.sleep(1200 + random() * 1200);
    const before = entries();
    const killedAt = performance.now();
    await sallyport.kill();
    // Whatever was once in the ledger stays.
    expect(entries()).toBeGreaterThanOrEqual(before);
    for (const [email, at] of await stuffing) {
      if (at < killedAt - settledMs) settled.push(email);
      else maybe.add(email);
    }
  }
  receiver.settleDown();
  const last = await start();
  const isDone = () => settled.every((email) => receiver.users().includes(email)) && pending() === 0;
  await waitUntil("everybody was told of", isDone, 90_000).catch((error: unknown) => {
    throw new Error(`${receiver.users().length} of ${settled.length} were told of, ${pending()} wait`, {
      cause: error,
    });
  });
  await last.stop();
  expect(settled.length).toBeGreaterThan(kills);
  const users = receiver.users();
  expect(new Set(users).size).toBe(users.length);
  expect(users.filter((user) => !settled.includes(user) && !maybe.has(user))).toEqual([]);
  expect(receiver.refused).toBe(0);
  // Each entry stands for one call, and the last moments before a kill are all that may be missing.
  expect(entries()).toBe(users.length);
  expect(count("SELECT count(*) AS n FROM account WHERE state = 2")).toBe(users.length);
}, 240_000);

function count(sql: string): number {
  const database = new Database(join(dataDir, "sallyport.db"), { readonly: true });
  try {
    return database.query<{ n: number }, []>(sql).get()?.n ?? 0;
  } finally {
    database.close();
  }
}

const pending = () => count("SELECT count(*) AS n FROM outbox WHERE state = 0");
const entries = () => count("SELECT count(*) AS n FROM account WHERE state > 0");
