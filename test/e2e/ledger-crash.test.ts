/**
 * Killed at random moments of a stuffing attack, its target flapping: no entry of the ledger is lost, and a receiver
 * that honours the idempotency key acts once for each. Seeded: `SALLYPORT_KILLS=10 SALLYPORT_SEED=7 bun test …` repeats
 * the long run.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { seededRandom } from "../../src/demo/random.ts";
import { makeToldApp, type ToldApp } from "../support/told-app.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const kills = Number(process.env["SALLYPORT_KILLS"] ?? "3");
const random = seededRandom(Number(process.env["SALLYPORT_SEED"] ?? "1"), "kills", kills);
/** What was answered so long before a kill is on disk even on a machine that is far too busy; usually it takes a few ms. */
const settledMs = 1000;

let app: ToldApp;

beforeAll(async () => {
  app = await makeToldApp(
    ({ origin, receiver }) => `app shop {
      origin ${origin}
      route login POST /login
      identify username = body.email
      outcome login success status 200 failure status 401
      at_risk webhook reset { user: account }
    }
    webhook reset POST "${receiver}/reset" secret from file "secrets/reset"
    policy stuffing on shop.login {
      when { header x-tool = stuffer }
      then { label ato }
    }`,
  );
});

afterAll(() => app.remove());

/** Signs in over and over until the process is gone; resolves to whom it got, and when. */
async function stuff(edgeUrl: string, round: number): Promise<Map<string, number>> {
  const got = new Map<string, number>();
  for (let n = 0; ; n++) {
    const email = n % 4 === 0 ? `taken${round}-${n}@shop.example` : `stranger${round}-${n}@shop.example`;
    try {
      if ((await app.logIn(edgeUrl, email)) === 200) got.set(email, performance.now());
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
    const sallyport = await app.start();
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
  app.receiver.settleDown();
  const last = await app.start();
  const isDone = () => settled.every((email) => app.receiver.users().includes(email)) && pending() === 0;
  await waitUntil("everybody was told of", isDone, 90_000).catch((error: unknown) => {
    throw new Error(`${app.receiver.users().length} of ${settled.length} were told of, ${pending()} wait`, {
      cause: error,
    });
  });
  await last.stop();
  expect(settled.length).toBeGreaterThan(kills);
  const users = app.receiver.users();
  expect(new Set(users).size).toBe(users.length);
  expect(users.filter((user) => !settled.includes(user) && !maybe.has(user))).toEqual([]);
  expect(app.receiver.refused).toBe(0);
  // Each entry stands for one call, and the last moments before a kill are all that may be missing.
  expect(entries()).toBe(users.length);
  expect(count("SELECT count(*) AS n FROM account WHERE state = 2")).toBe(users.length);
}, 240_000);

function count(sql: string): number {
  const database = new Database(join(app.dataDir, "sallyport.db"), { readonly: true });
  try {
    return database.query<{ n: number }, []>(sql).get()?.n ?? 0;
  } finally {
    database.close();
  }
}

const pending = () => count("SELECT count(*) AS n FROM outbox WHERE state = 0");
const entries = () => count("SELECT count(*) AS n FROM account WHERE state > 0");
