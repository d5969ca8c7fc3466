/**
 * The second story, whole: odd sign-ins, balance checks, purchases over many accounts. Every account that was taken over,
 * also those that nobody minded at first, raises exactly one reset at the shop; what was moved is summed; nobody else
 * is told of. Then a customer is looked up, released, and a person is erased.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededAccount, seededCard } from "../../src/demo/seeded.ts";
import type { AccountEntry, AccountPage, AccountStory } from "../../src/store/account-rows.ts";
import { launchBrowser } from "../support/browser.ts";
import { type ConsoleSession, signIn } from "../support/console-session.ts";
import { type RunningSallyport, runSallyport, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const policies = `app shop {
  route login  POST /api/v1/session           tagged auth
  route card   GET  /api/v1/gift-cards/:code  tagged gift_card
  route buy    POST /api/v1/gift-cards        tagged gift_card, money
  route redeem POST /api/v1/gift-cards/redeem tagged gift_card, money
  identify username = body.email
  identify session  = header authorization | response body.access_token
  outcome login success status 200 failure status 401
  at_risk webhook account_reset { user: account, app: "shop" } amount body.amount at buy
}

webhook account_reset POST from env SALLYPORT_RESET_URL secret from env SALLYPORT_RESET_SECRET

measure failed = distinct username at shop.login.failure by ip over 10m

policy spraying on shop.login {
  when { failed >= 6 }
  then { label ato }
}

policy wall on shop.login {
  priority 900
  when { failed >= 30 }
  then { block 429 }
}
`;
const early = [1, 2, 3];
const late = [11, 12];
const innocent = [201, 202, 203];
const attacker = "203.0.113.66";
const amounts = [50, 25, 100];

let folder = "";
let sallyport: RunningSallyport;
let session: ConsoleSession;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sallyport-gift-cards-"));
  await writeFile(join(folder, "shop.policy"), policies);
  sallyport = await startSallyport({ args: ["--policies", folder, "--trusted-proxies", "127.0.0.1"] });
  session = await signIn(sallyport.consoleUrl, sallyport.password);
  await attack();
});

afterAll(async () => {
  await sallyport.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Sends JSON as the shop's app; the front says where it comes from. */
async function send(ip: string, path: string, body: unknown, token?: string): Promise<Response> {
  const headers: Record<string, string> = { "content-type": "application/json", "x-forwarded-for": ip };
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  const isRead = body === undefined;
  return fetch(`${sallyport.edgeUrl}/api/v1${path}`, {
    method: isRead ? "GET" : "POST",
    headers,
    ...(!isRead && { body: JSON.stringify(body) }),
  });
}

async function logIn(ip: string, email: string, password: string): Promise<string | number> {
  const answer = await send(ip, "/session", { email, password });
  const text = await answer.text();
  return /"access_token":"([^"]+)"/.exec(text)?.[1] ?? answer.status;
}

async function buy(ip: string, token: string, amount: number): Promise<number> {
  const payment = { method: "card", number: "4242424242424242", expiry: "12/49", cvc: "123" };
  const answer = await send(ip, "/gift-cards", { amount, payment }, token);
  await answer.arrayBuffer();
  return answer.status;
}

async function attack(): Promise<void> {
  for (const index of innocent) {
    const { email, password } = seededAccount(index);
    const token = await logIn(`198.51.100.${index}`, email, password);
    expect(await buy(`198.51.100.${index}`, String(token), 500)).toBeLessThan(300);
  }
  for (const [at, index] of early.entries()) {
    const { email, password } = seededAccount(index);
    const token = String(await logIn(attacker, email, password));
    for (const card of [1, 2]) {
      await (await send(attacker, `/gift-cards/${seededCard(card).code}`, undefined, token)).arrayBuffer();
    }
    expect(await buy(attacker, token, amounts[at] ?? 0)).toBeLessThan(300);
  }
  for (let n = 0; n < 12; n++) await logIn(attacker, `nobody${n}@shop.example`, "guess");
  for (const index of late) {
    const { email, password } = seededAccount(index);
    expect(await logIn(attacker, email, password)).toBeString();
  }
  for (let n = 12; n < 40; n++) await logIn(attacker, `nobody${n}@shop.example`, "guess");
  // What the attacker does not get into is nobody's reset, and by now he is stopped even with a right password.
  expect(await logIn(attacker, seededAccount(20).email, seededAccount(20).password)).toBe(429);
}

const ledger = async (query = ""): Promise<AccountPage> =>
  (await (await session.fetch(`/api/v1/accounts${query}`)).json()) as AccountPage;
const storyOf = async ({ id }: AccountEntry): Promise<AccountStory> =>
  (await (await session.fetch(`/api/v1/accounts/${id}`)).json()) as AccountStory;

/** Whom the shop sent a reset to. */
function resets(): string[] {
  const shop = new Database(join(sallyport.dataDir, "demo-shop.sqlite"), { readonly: true });
  try {
    return shop
      .query<{ recipient: string }, []>("SELECT recipient FROM mails WHERE subject LIKE '%password%'")
      .all()
      .map(({ recipient }) => recipient);
  } finally {
    shop.close();
  }
}

test("every account that was taken over raises exactly one reset, and nobody else is told of", async () => {
  const taken = [...early, ...late].map((index) => seededAccount(index).email);
  await waitUntil("every reset has come", () => resets().length >= taken.length, 40_000);
  await waitUntil("the ledger says so", async () => (await ledger()).counts.told === taken.length, 10_000);
  // Nothing is told again, however often the ledger looks.
  await Bun.sleep(2500);
  expect(resets().toSorted()).toEqual(taken.toSorted());
  const { accounts, counts } = await ledger();
  expect(accounts.filter(({ isFoundLater }) => isFoundLater)).toHaveLength(early.length);
  expect(counts.tried).toBeGreaterThan(20);
});

test("what the accounts did afterwards is known, and what was moved is summed", async () => {
  const page = await ledger();
  expect(page.amount).toBe(175);
  const found = page.accounts.filter(({ isFoundLater }) => isFoundLater);
  expect(found.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual([25, 50, 100]);
  const { actions, notes } = await storyOf(found[0]!);
  expect(actions.map(({ route, times }) => [route, times])).toEqual([
    ["card", 2],
    ["buy", 1],
  ]);
  expect(notes.map(({ what }) => what)).toEqual(["at_risk", "told"]);
  expect(notes[0]?.reason).toContain(attacker);
});

test("the console shows it to a person, who can say what became of it", async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${sallyport.consoleUrl}/accounts`);
    await page.getByLabel("Name").fill("admin");
    await page.getByLabel("Password").fill(sallyport.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Customer").fill(seededAccount(1).email.toUpperCase());
    await page.getByRole("button", { name: "Find" }).click();
    expect(await page.locator("tbody tr").count()).toBe(1);
    await page.locator("tbody th a").click();
    await page.getByText("moved 50").waitFor();
    await page.getByLabel("Why").fill("called him, new password");
    await page.getByRole("button", { name: "Recovered" }).click();
    await page.getByText("called him, new password").waitFor();
    await page.goto(`${sallyport.consoleUrl}/why?q=${attacker}`);
    await page.getByText("by the policy").first().waitFor();
    await page.getByText("failed >= 30").first().waitFor();
  } finally {
    await browser.close();
  }
  expect((await ledger("?state=recovered")).accounts).toHaveLength(1);
});

test("an export opens in a spreadsheet", async () => {
  const answer = await session.fetch("/accounts.csv");
  const [head, ...lines] = (await answer.text()).trim().split("\r\n");
  expect(answer.headers.get("content-disposition")).toContain("attachment");
  expect(head).toStartWith("account,app,state,");
  expect(lines).toHaveLength(early.length + late.length);
});

test("a released address is let through within a second, and stopped again when that ends", async () => {
  const { email, password } = seededAccount(20);
  expect(await logIn(attacker, email, password)).toBe(429);
  const end = await runSallyport({
    args: ["release", attacker, "--for", "1h", "--reason", "it is our office", "--data", sallyport.dataDir],
  });
  expect(end).toMatchObject({ exitCode: 0 });
  await waitUntil("it is let through", async () => (await logIn(attacker, email, "wrong")) === 401, 2000);
  const ended = new URLSearchParams({ kind: "address", key: attacker });
  expect((await session.fetch("/releases/end", { method: "POST", body: ended })).status).toBe(303);
  expect(await logIn(attacker, email, "wrong")).toBe(429);
});

test("an erased person is found nowhere any more", async () => {
  const { email } = seededAccount(2);
  const hash = (await ledger(`?q=${encodeURIComponent(email)}`)).accounts[0]?.hash;
  const end = await runSallyport({ args: ["erase", email, "--data", sallyport.dataDir] });
  expect(end.stdout).toContain("nothing that can be found is left");
  expect(end.exitCode).toBe(0);
  expect((await ledger(`?q=${encodeURIComponent(email)}`)).accounts).toEqual([]);
  const events = (await (await session.fetch(`/api/v1/events?account=${hash}`)).json()) as {
    events: unknown[];
  };
  expect(events.events).toEqual([]);
});
