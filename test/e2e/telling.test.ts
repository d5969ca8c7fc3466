/**
 * What policies tell reaches whom it is for: the shop's reset hook once for every login that succeeded and for nobody
 * else, over a receiver that flaps and a process that is killed.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFlappingReceiver } from "../support/flapping-receiver.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const secret = `whsec_${Buffer.from("the reset hook's own secret, 32b").toString("base64")}`;
const receiver = startFlappingReceiver(secret);
let folder = "";
let policies = "";
let dataDir = "";

/** Answers logins as the name says. */
const origin = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    const { email } = (await request.json()) as { email: string };
    return Response.json({}, { status: email.startsWith("taken") ? 200 : 401 });
  },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sallyport-telling-"));
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
    }
    webhook reset POST "${receiver.url}/reset" secret from file "secrets/reset"
    channel soc slack from env SOC_URL
    policy seen on shop.login {
      when { header x-tool = stuffer }
      then { webhook reset { user: account, why: "seen" }  alert soc severity high }
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
  return startSallyport({ dataDir, args, env: { SOC_URL: `${receiver.url}/soc` } });
}

async function logIn(edgeUrl: string, email: string): Promise<number> {
  const headers = { "content-type": "application/json", "x-tool": "stuffer" };
  const answer = await fetch(`${edgeUrl}/login`, {
    method: "POST",
    headers,
    body: JSON.stringify({ email }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

test("each account that was taken over is told of once, whatever dies in between, and no other ever", async () => {
  const taken: string[] = [];
  for (const round of [1, 2, 3]) {
    const sallyport = await start();
    for (let n = 0; n < 40; n++) {
      const name = `taken${round}-${n}@shop.example`;
      expect(await logIn(sallyport.edgeUrl, name)).toBe(200);
      taken.push(name);
      expect(await logIn(sallyport.edgeUrl, `stranger${round}-${n}@shop.example`)).toBe(401);
      // A second login of the same account is no second call.
      if (n % 10 === 0) await logIn(sallyport.edgeUrl, name);
    }
    // What was answered is on disk a moment later.
    await Bun.sleep(100);
    await sallyport.kill();
  }
  receiver.settleDown();
  const last = await start();
  await waitUntil("everybody was told of", () => receiver.users().length >= taken.length, 60_000);
  await waitUntil("the outbox is empty", () => pending() === 0, 60_000);
  expect(receiver.users().toSorted()).toEqual(taken.toSorted());
  expect(receiver.refused).toBe(0);
  // The alert grew: a few messages, however many requests.
  expect(receiver.alerts.length).toBeGreaterThan(0);
  expect(receiver.alerts.length).toBeLessThan(8);
  expect(receiver.alerts[0]).toContain("[high] seen on shop");
  await last.stop();
}, 150_000);

test("nothing that names anybody is left in the database, and no secret ever was", async () => {
  const bytes = Buffer.from(await Bun.file(join(dataDir, "sallyport.db")).arrayBuffer()).toString("latin1");
  expect(bytes).not.toContain("taken1-1@shop.example");
  expect(bytes).not.toContain(secret);
  expect(bytes).not.toContain("/soc");
});

function pending(): number {
  const database = new Database(join(dataDir, "sallyport.db"), { readonly: true });
  try {
    return (
      database.query<{ n: number }, []>("SELECT count(*) AS n FROM outbox WHERE state = 0").get()?.n ?? 0
    );
  } finally {
    database.close();
  }
}
