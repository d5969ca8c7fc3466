/**
 * What policies tell reaches whom it is for: the shop's reset hook once for every login that succeeded and for nobody
 * else, over a receiver that flaps and a process that is killed.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { makeToldApp, resetSecret, type ToldApp } from "../support/told-app.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

let app: ToldApp;

beforeAll(async () => {
  app = await makeToldApp(
    ({ origin, receiver }) => `app shop {
      origin ${origin}
      route login POST /login
      identify username = body.email
      outcome login success status 200 failure status 401
    }
    webhook reset POST "${receiver}/reset" secret from file "secrets/reset"
    channel soc slack from env SOC_URL
    policy seen on shop.login {
      when { header x-tool = stuffer }
      then { webhook reset { user: account, why: "seen" }  alert soc severity high }
    }`,
  );
});

afterAll(() => app.remove());

const start = () => app.start({ SOC_URL: `${app.receiver.url}/soc` });

test("each account that was taken over is told of once, whatever dies in between, and no other ever", async () => {
  const taken: string[] = [];
  for (const round of [1, 2, 3]) {
    const sallyport = await start();
    for (let n = 0; n < 40; n++) {
      const name = `taken${round}-${n}@shop.example`;
      expect(await app.logIn(sallyport.edgeUrl, name)).toBe(200);
      taken.push(name);
      expect(await app.logIn(sallyport.edgeUrl, `stranger${round}-${n}@shop.example`)).toBe(401);
      // A second login of the same account is no second call.
      if (n % 10 === 0) await app.logIn(sallyport.edgeUrl, name);
    }
    // What was answered is on disk a moment later; how long a moment is, the disk says.
    await waitUntil("the calls are on disk", () => calls() >= taken.length, 30_000);
    await sallyport.kill();
  }
  app.receiver.settleDown();
  const last = await start();
  await waitUntil("everybody was told of", () => app.receiver.users().length >= taken.length, 60_000);
  await waitUntil("the outbox is empty", () => pending() === 0, 60_000);
  expect(app.receiver.users().toSorted()).toEqual(taken.toSorted());
  expect(app.receiver.refused).toBe(0);
  // The alert grew: a few messages, however many requests.
  expect(app.receiver.alerts.length).toBeGreaterThan(0);
  expect(app.receiver.alerts.length).toBeLessThan(8);
  expect(app.receiver.alerts[0]).toContain("[high] seen on shop");
  await last.stop();
}, 240_000);

test("nothing that names anybody is left in the database, and no secret ever was", async () => {
  const bytes = Buffer.from(await Bun.file(join(app.dataDir, "sallyport.db")).arrayBuffer()).toString(
    "latin1",
  );
  expect(bytes).not.toContain("taken1-1@shop.example");
  expect(bytes).not.toContain(resetSecret);
  expect(bytes).not.toContain("/soc");
});

/** Alerts tell of a policy and not of anybody. */
const calls = () => count("SELECT count(*) AS n FROM outbox WHERE kind = 'webhook'");
const pending = () => count("SELECT count(*) AS n FROM outbox WHERE state = 0");

function count(sql: string): number {
  const database = new Database(join(app.dataDir, "sallyport.db"), { readonly: true });
  try {
    return database.query<{ n: number }, []>(sql).get()?.n ?? 0;
  } finally {
    database.close();
  }
}
