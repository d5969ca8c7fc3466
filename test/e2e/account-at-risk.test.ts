/**
 * What somebody has after `up`, the shipped policies and the bundled shop, when an account is taken over: the shop is asked
 * for a reset without anything being set up, nothing of value leaves the account until somebody was told, and the
 * console shows it.
 */
import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { seededAccount } from "../../src/demo/seeded.ts";
import type { AccountPage } from "../../src/store/account-rows.ts";
import { signIn } from "../support/console-session.ts";
import { type RunningSallyport, type SallyportOptions, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const victim = seededAccount(5);
const attacker = "203.0.113.66";
const running: RunningSallyport[] = [];

afterEach(async () => {
  for (const sallyport of running.splice(0)) await sallyport.stop();
});

async function start(options: SallyportOptions = {}): Promise<RunningSallyport> {
  const args = ["--trusted-proxies", "127.0.0.1", ...(options.args ?? [])];
  const sallyport = await startSallyport({ ...options, args });
  running.push(sallyport);
  return sallyport;
}

/** The shop's app at the attacker's address. */
function client({ edgeUrl }: RunningSallyport) {
  const post = (path: string, body: unknown, token?: string) =>
    fetch(`${edgeUrl}/api/v1${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-forwarded-for": attacker,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
  return {
    signIn: async (account: { readonly email: string; readonly password: string }) => {
      const answer = await post("/session", account);
      return ((await answer.json()) as { access_token: string }).access_token;
    },
    /** Gets into the account, and then fails for everybody else on his list until he is stopped. */
    takeOver: async () => {
      const answer = await post("/session", victim);
      const { access_token: token } = (await answer.json()) as { access_token: string };
      for (let nth = 0; nth < 20; nth++) {
        const failed = await post("/session", { email: `nobody${nth}@shop.example`, password: "guess" });
        await failed.arrayBuffer();
        if (nth === 19) expect(failed.status).toBe(429);
      }
      return token;
    },
    buy: async (token: string) => {
      const payment = { method: "card", number: "4242424242424242", expiry: "12/49", cvc: "123" };
      const answer = await post("/gift-cards", { amount: 50, payment }, token);
      await answer.arrayBuffer();
      return answer.status;
    },
  };
}

async function ledger({ consoleUrl, password }: RunningSallyport) {
  const session = await signIn(consoleUrl, password);
  const read = async (query = "") =>
    (await (await session.fetch(`/api/v1/accounts${query}`)).json()) as AccountPage;
  return { read, page: async () => (await session.fetch("/accounts")).text() };
}

test("the bundled shop resets an account that was taken over before anybody minded, and the console shows it", async () => {
  const sallyport = await start();
  const { read, page } = await ledger(sallyport);
  expect(await page()).not.toContain("everybody concerned was called");
  const { buy, takeOver } = client(sallyport);
  const token = await takeOver();
  await waitUntil("the shop was called", async () => (await read()).counts.told === 1, 20_000);
  const [entry] = (await read()).accounts;
  expect(entry).toMatchObject({ isFoundLater: true, riskPolicy: "login_spraying", state: "told" });
  // The shop has ended the session, and the password is of no use any more.
  expect(await buy(token)).toBe(401);
  expect(await page()).toContain("found afterwards");
  // Nobody gave the secret: it was made at the first start, and is in no policy.
  const policy = await readFile(join(sallyport.policiesDir, "shop.policy"), "utf8");
  expect(policy).toContain("secret from env SALLYPORT_RESET_SECRET");
});

test("nothing of value leaves the account until the receiver that was named has taken the call", async () => {
  const secret = `whsec_${Buffer.from("a secret of the operator's own").toString("base64")}`;
  const verifier = new Webhook(secret);
  const told: string[] = [];
  let isDown = true;
  const receiver = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      if (isDown) return new Response("down", { status: 503 });
      const call = verifier.verify(await request.text(), Object.fromEntries(request.headers));
      told.push((call as { user: string }).user);
      return new Response("ok");
    },
  });
  try {
    const env = {
      SALLYPORT_RESET_URL: `http://127.0.0.1:${receiver.port}/`,
      SALLYPORT_RESET_SECRET: secret,
    };
    const sallyport = await start({ args: ["--allow-webhook-target", "127.0.0.1"], env });
    const { read } = await ledger(sallyport);
    const { buy, takeOver } = client(sallyport);
    const token = await takeOver();
    await waitUntil("nothing can be bought", async () => (await buy(token)) === 403, 20_000);
    expect((await read("?state=at_risk")).accounts).toHaveLength(1);
    isDown = false;
    await waitUntil("the receiver has taken the call", () => told.length > 0, 40_000);
    await waitUntil("it can be bought again", async () => (await buy(token)) < 300, 10_000);
    expect(told).toEqual([victim.email]);
    expect((await read()).counts).toMatchObject({ at_risk: 0, told: 1 });
  } finally {
    await receiver.stop(true);
  }
});

const emptying = `
sequence at_once by account within 5s {
  tagged auth.success
  then tagged money
}

policy emptied on tagged money {
  when { at_once }
  then { block 403  label takeover }
}
`;

test("an account that is emptied as a policy says is reset, and none that the policy passed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sallyport-emptied-"));
  try {
    await copyFile(join(import.meta.dir, "../../policies/shop.policy"), join(folder, "shop.policy"));
    await writeFile(join(folder, "emptied.policy"), emptying);
    const sallyport = await start({ args: ["--policies", folder] });
    const { read } = await ledger(sallyport);
    const { buy, signIn: enter } = client(sallyport);
    const slow = await enter(seededAccount(31));
    // The attacker has their passwords: nothing fails.
    for (const index of [32, 33]) expect(await buy(await enter(seededAccount(index)))).toBe(403);
    await Bun.sleep(5000);
    expect(await buy(slow)).toBe(201);
    await waitUntil("the shop was called", async () => (await read()).counts.told === 2, 20_000);
    const { accounts } = await read();
    expect(accounts.map(({ riskPolicy }) => riskPolicy)).toEqual(["emptied", "emptied"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
