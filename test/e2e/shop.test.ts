/** A person uses the shop through the edge while another watches the console, both in a real browser. */
import { Database } from "bun:sqlite";
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { seededAccount, seededCard, seededCards } from "../../src/demo/seeded.ts";
import { complaintsOf, launchBrowser } from "../support/browser.ts";
import { signIn } from "../support/console-session.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { checkOut, findAndAdd, signInToShop } from "../support/shop-customer.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(30_000);

let policies = "";
let sallyport: RunningSallyport;
let browser: Browser;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  policies = join(await mkdtemp(join(tmpdir(), "sallyport-shop-")), "policies");
  await cp(resolve(import.meta.dir, "../../policies"), policies, { recursive: true });
  [sallyport, browser] = await Promise.all([
    startSallyport({ args: ["--policies", policies] }),
    launchBrowser(),
  ]);
}, 60_000);

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

afterAll(async () => {
  await browser.close();
  await sallyport.stop();
  await rm(join(policies, ".."), { recursive: true, force: true });
});

/** A page of a person of its own, with what it complains about. */
async function openPage(): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext();
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return { page, complaints: complaintsOf(page) };
}

async function openConsole(): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage();
  await opened.page.goto(sallyport.consoleUrl);
  await opened.page.getByLabel("Name").fill("admin");
  await opened.page.getByLabel("Password").fill(sallyport.password);
  await opened.page.getByRole("button", { name: "Sign in" }).click();
  await opened.page.getByRole("heading", { name: "Overview" }).waitFor();
  return opened;
}

/** A seeded gift card that pays for anything in the shop. */
const fullCard = Array.from({ length: seededCards }, (_, index) => seededCard(index)).find(
  ({ balance }) => balance === 150,
)!;

describe("in the shop", () => {
  test("a customer signs in, searches, buys, pays with a gift card and signs out", async () => {
    const { page, complaints } = await openPage();
    const { email, password, name } = seededAccount(42);
    await page.goto(sallyport.edgeUrl);
    await page.getByRole("link", { name: "Sign in" }).click();
    await signInToShop(page, sallyport.edgeUrl, { email, password });
    await page.getByRole("heading", { name: `Hello, ${name}` }).waitFor();

    const price = await findAndAdd(page, "mug");
    expect(price).toBeGreaterThan(0);
    expect(await page.locator("[data-cart-count]").textContent()).toBe("1");
    await checkOut(page, fullCard.code);
    const order = (await page.locator("main").textContent()) ?? "";
    expect(order).toContain(`gift card ending ${fullCard.code.slice(-4)}`);
    expect(order).toContain(`£${(price / 100).toFixed(2)}`);

    await page.goto(`${sallyport.edgeUrl}/gift-cards`);
    await page.locator("#balance-code").fill(fullCard.code);
    await page.getByRole("button", { name: "Check" }).click();
    const left = (await page.getByRole("status").textContent()) ?? "";
    expect(left).toContain((150 - price / 100).toFixed(2));

    await page.goto(`${sallyport.edgeUrl}/account`);
    expect(await page.locator("main table").textContent()).toContain("gift card ending");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("a customer who forgot the password resets it by the mailed link", async () => {
    const { page, complaints } = await openPage();
    const { email, name } = seededAccount(43);
    await page.goto(`${sallyport.edgeUrl}/login`);
    await page.getByRole("link", { name: "Forgotten your password?" }).click();
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Send the link" }).click();
    await page.getByText("a link is on its way").waitFor();
    await page.goto(sallyport.edgeUrl + mailedLink(email));
    await page.getByLabel("New password").fill("a brand new one");
    await page.getByRole("button", { name: "Save it" }).click();
    await page.getByText("Your new password is set.").waitFor();
    await signInToShop(page, sallyport.edgeUrl, { email, password: "a brand new one" });
    await page.getByRole("heading", { name: `Hello, ${name}` }).waitFor();
    expect(complaints).toEqual([]);
  });
});

/** The path of the reset link in the newest mail to an address. */
function mailedLink(email: string): string {
  using shop = new Database(join(sallyport.dataDir, "demo-shop.sqlite"), { readonly: true });
  const mail = shop
    .query<{ body: string }, [string]>("SELECT body FROM mails WHERE recipient = ? ORDER BY id DESC LIMIT 1")
    .get(email);
  return /\/reset\/[\w-]+/.exec(mail?.body ?? "")?.[0] ?? "";
}

describe("in the console", () => {
  test("a wrong password is refused, the printed one opens the overview", async () => {
    const { page } = await openPage();
    await page.goto(`${sallyport.consoleUrl}/events`);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await page.getByLabel("Name").fill("admin");
    await page.getByLabel("Password").fill(`${sallyport.password}x`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Password").fill(sallyport.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Events" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/events");
  });

  test("the overview shows a new request by itself, without being loaded again", async () => {
    const { page, complaints } = await openConsole();
    let loads = 0;
    page.on("load", () => loads++);
    for (const visit of ["first", "second"]) {
      const path = `/seen-live-${visit}`;
      expect(await page.getByText(path).count()).toBe(0);
      await fetch(sallyport.edgeUrl + path);
      await page.getByText(path).first().waitFor({ timeout: 5_000 });
    }
    const requests = page.locator(".tiles dd").first();
    const before = await requests.textContent();
    await fetch(`${sallyport.edgeUrl}/seen-live-third`);
    await waitUntil("the count of requests grows", async () => (await requests.textContent()) !== before);
    expect(loads).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("what an attacker sends is text on every page, and nothing runs", async () => {
    const { page, complaints } = await openConsole();
    const script = "<img src=x onerror=alert(1)><script>alert(2)</script>";
    await fetch(`${sallyport.edgeUrl}/%3Cimg%20src=x%20onerror=alert(1)%3E`, {
      headers: { "user-agent": script },
    });
    await page.getByText("/<img src=x onerror=alert(1)>").first().waitFor();
    await page.getByRole("link", { name: "Events", exact: true }).click();
    await page.getByText("/<img src=x onerror=alert(1)>").first().waitFor();
    await page.locator("table.events tbody tr .when a").first().click();
    await page.getByText(script).waitFor();
    expect(await page.locator("img[onerror]").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("all its pages open without a complaint of the browser", async () => {
    const { page, complaints } = await openConsole();
    for (const [link, heading] of [
      ["Events", "Events"],
      ["Policies", "Policies"],
      ["System", "System"],
      ["Overview", "Overview"],
    ] as const) {
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: link }).click();
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
    }
    await page.goto(`${sallyport.consoleUrl}/policies/login_spraying`);
    await page.getByRole("heading", { name: "login_spraying" }).waitFor();
    expect(await page.locator("main").textContent()).toContain("failed_users");
    expect(complaints).toEqual([]);
  });

  test("the filter of the event list narrows it in place", async () => {
    await fetch(`${sallyport.edgeUrl}/needle`);
    const { page, complaints } = await openConsole();
    await page.goto(`${sallyport.consoleUrl}/events`);
    let loads = 0;
    page.on("load", () => loads++);
    await page.getByLabel("Path contains").fill("/needle");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Remove filter Path contains: /needle" }).waitFor();
    expect(await page.locator("table.events tbody tr").count()).toBe(1);
    expect(loads).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("signing out ends the session, in every tab and for a kept cookie", async () => {
    const { page, complaints } = await openConsole();
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    const ask = () => fetch(`${sallyport.consoleUrl}/events`, { headers: { cookie }, redirect: "manual" });
    expect((await ask()).status).toBe(200);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(complaints).toEqual([]);
    await page.goto(`${sallyport.consoleUrl}/events`);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    expect((await ask()).status).not.toBe(200);
  });
});

/** The file that the tests edit. */
function editedFile(): string {
  return join(policies, "closed.policy");
}

function closing(path: string): string {
  return `policy closed on everything {\n  mode enforce\n  when { path = "${path}" }\n  then { block 403 }\n}\n`;
}

async function statusOf(path: string): Promise<number> {
  const answer = await fetch(sallyport.edgeUrl + path);
  await answer.arrayBuffer();
  return answer.status;
}

describe("editing the policies folder", () => {
  afterEach(async () => {
    await rm(editedFile(), { force: true });
  });

  test("takes effect, again and again", async () => {
    for (const path of ["/closed-1", "/closed-2", "/closed-3"]) {
      expect(await statusOf(path)).toBe(404);
      await writeFile(editedFile(), closing(path));
      await waitUntil(`${path} is blocked`, async () => (await statusOf(path)) === 403);
    }
    await rm(editedFile());
    await waitUntil("/closed-3 is open again", async () => (await statusOf("/closed-3")) === 404);
  });

  test("with a mistake keeps the old set and is loud on the console and in the log, until it is mended", async () => {
    const { page, complaints } = await openConsole();
    const session = await signIn(sallyport.consoleUrl, sallyport.password);
    const apiState = async () =>
      (await (await session.fetch("/api/v1/policies")).json()) as { isBroken: boolean; revision: number };

    await writeFile(editedFile(), closing("/kept"));
    await waitUntil("/kept is blocked", async () => (await statusOf("/kept")) === 403);
    const { revision } = await apiState();
    const heard = sallyport.output().length;

    await writeFile(
      editedFile(),
      closing("/kept").replace("mode enforce", "mode enforc").replace("/kept", "/other"),
    );
    // On a page that is open already, by itself.
    await page.getByRole("alert").getByText("The policies folder does not compile").waitFor();
    expect(await apiState()).toMatchObject({ isBroken: true, revision });
    expect(await statusOf("/kept")).toBe(403);
    expect(await statusOf("/other")).toBe(404);

    const log = await waitUntil("the log tells it", () => {
      const text = sallyport.output().slice(heard);
      return text.includes("policies do not compile") && text;
    });
    expect(log).toMatch(/error\[P\d+\].*`enforc`/);
    expect(log).toContain("closed.policy:2:");

    await page.getByRole("alert").getByRole("link", { name: "See what is wrong" }).click();
    const shown = await page.locator("pre.diagnostic").first().textContent();
    expect(shown).toMatch(/error\[P\d+\]/);
    expect(shown).toContain("closed.policy:2:");
    expect(shown).toContain("mode enforc");
    expect(shown).toContain("^");
    expect(shown).toContain("`enforce`");

    await writeFile(editedFile(), closing("/other"));
    await waitUntil("/other is blocked", async () => (await statusOf("/other")) === 403);
    expect(await statusOf("/kept")).toBe(404);
    expect(await apiState()).toMatchObject({ isBroken: false, revision: revision + 1 });
    await page.reload();
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("under load loses no request", async () => {
    const over = new AbortController();
    const statuses = new Map<number, number>();
    const client = async () => {
      while (!over.signal.aborted) {
        const status = await statusOf("/cart");
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const load = Promise.all(Array.from({ length: 8 }, client));
    for (const path of ["/swap-1", "/swap-2", "/swap-3"]) {
      await writeFile(editedFile(), closing(path));
      await waitUntil(`${path} is blocked`, async () => (await statusOf(path)) === 403);
    }
    over.abort();
    await load;
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(100);
  });
});
