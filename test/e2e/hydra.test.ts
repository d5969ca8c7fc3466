/** A real attack with a real tool, hydra, while real customers use the shop: from elsewhere, and from the attacker's own address. */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { seededAccount } from "../../src/demo/seeded.ts";
import { startAddressRelay } from "../support/address-relay.ts";
import { launchBrowser } from "../support/browser.ts";
import { type ApiEvent, readEvents, readReceipt } from "../support/console-events.ts";
import { type ConsoleSession, signIn } from "../support/console-session.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { checkOut, findAndAdd, signInByApp, signInToShop } from "../support/shop-customer.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(30_000);

const policies = resolve(import.meta.dir, "../../policies");
const toolUserAgent = "Mozilla/5.0 (Hydra)";
/** What a stuffer has: 50 addresses of real accounts and 40 passwords, the last three of which fit one account each. */
const victims = Array.from({ length: 50 }, (_, index) => seededAccount(1000 + index));
const passwords = [
  ...Array.from({ length: 37 }, (_, index) => `${["password", "letmein", "summer"][index % 3]}${index}`),
  ...victims.slice(20, 23).map(({ password }) => password),
];
const plannedAttempts = victims.length * passwords.length;
const mostThatPass = 20;
/** hydra's most connections; at the end of its list it does not wait for all of them. */
const connections = 64;

/** Lets hydra loose as its manual shows, with as many connections as told; gives what it printed. */
async function attack(
  port: number,
  users: readonly string[],
  tried: readonly string[],
  tasks: number,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sallyport-hydra-"));
  await writeFile(join(folder, "users"), `${users.join("\n")}\n`);
  await writeFile(join(folder, "passwords"), `${tried.join("\n")}\n`);
  // By what only a signed-in page says: anything else, a block included, is another wrong password to the tool.
  const form = "/login:email=^USER^&password=^PASS^:S=Hello, ";
  const child = Bun.spawn(
    // -u: every account with one password before the next, so that no account locks early.
    [
      "hydra",
      "-u",
      "-t",
      String(tasks),
      "-L",
      "users",
      "-P",
      "passwords",
      "-s",
      String(port),
      "127.0.0.1",
      "http-post-form",
      form,
    ],
    { cwd: folder, stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: 90_000, killSignal: "SIGTERM" },
  );
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  await rm(folder, { recursive: true, force: true });
  return stdout + stderr;
}

function twice(text: string): [string, string] {
  return [text, text];
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** What customers saw while the attack ran. */
interface CustomerDay {
  purchases: number;
  appSignIns: number;
  /** Everything that a customer should never see. */
  readonly harm: string[];
}

/** One person after the other signs in (every second mistypes first), looks round, buys and pays. */
async function shopByBrowser(
  browser: Browser,
  url: string,
  day: CustomerDay,
  isOver: () => boolean,
): Promise<void> {
  for (let person = 0; !isOver() || person < 2; person++) {
    const account = seededAccount(person);
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on("response", (response) => {
      const isWrongPassword = response.status() === 422;
      if (response.status() >= 400 && !isWrongPassword)
        day.harm.push(`${response.status()} ${response.url()}`);
    });
    await page.goto(url);
    if (person % 2 === 1) {
      await signInToShop(page, url, { ...account, password: `${account.password}#` });
      await page.getByText("do not match").waitFor();
    }
    await signInToShop(page, url, account);
    await page.getByRole("heading", { name: `Hello, ${account.name}` }).waitFor();
    await findAndAdd(page, "lantern");
    await checkOut(page);
    day.purchases++;
    await context.close();
  }
}

/** Several phones sign in, each after a short while, one in five with a wrong password first. */
async function signInByPhones(port: number, day: CustomerDay, isOver: () => boolean): Promise<void> {
  for (let phone = 0; !isOver() || phone < 5; phone++) {
    const account = seededAccount(500 + phone);
    if (phone % 5 === 4) {
      const { status } = await signInByApp(port, { ...account, password: "mistyped" });
      if (status !== 401) day.harm.push(`${status} for a mistyped password in the app`);
    }
    const { status, token } = await signInByApp(port, account);
    if (status !== 200 || token === undefined) day.harm.push(`${status} for the app`);
    else day.appSignIns++;
    await Bun.sleep(300);
  }
}

/** A whole attack and what is left of it. */
interface Battle {
  readonly sallyport: RunningSallyport;
  readonly session: ConsoleSession;
  readonly hydraSaid: string;
  readonly day: CustomerDay;
  /** Every login of the shop's form, newest first. */
  readonly logins: readonly ApiEvent[];
  /** Those of the tool. */
  readonly attempts: readonly ApiEvent[];
  readonly stopped: readonly ApiEvent[];
}

async function fight(browser: Browser, attackerAddress: string, tasks: number): Promise<Battle> {
  const sallyport = await startSallyport();
  const session = await signIn(sallyport.consoleUrl, sallyport.password);
  const relay = await startAddressRelay(portOf(sallyport.edgeUrl), attackerAddress);
  const day: CustomerDay = { purchases: 0, appSignIns: 0, harm: [] };
  let isOver = false;
  const emails = victims.map(({ email }) => email);
  const attacking = attack(relay.port, emails, passwords, tasks).finally(() => {
    isOver = true;
  });
  await Promise.all([
    attacking,
    shopByBrowser(browser, sallyport.edgeUrl, day, () => isOver),
    signInByPhones(portOf(sallyport.edgeUrl), day, () => isOver),
  ]);
  relay.stop();
  // Events are stored in their order: when the last one is there, all are.
  await fetch(`${sallyport.edgeUrl}/over`);
  await waitUntil("all is stored", async () => (await readEvents(session, { path: "/over" })).length === 1);
  const logins = await readEvents(session, { path: "/login" });
  const attempts = logins.filter(isByTool).filter(({ method }) => method === "POST");
  const stopped = attempts.filter(isStopped);
  return { sallyport, session, hydraSaid: await attacking, day, logins, attempts, stopped };
}

function isByTool({ userAgent }: ApiEvent): boolean {
  return userAgent === toolUserAgent;
}

function isStopped({ decision }: ApiEvent): boolean {
  return decision === "block" || decision === "deceive";
}

const places = [
  ["elsewhere", "127.66.0.1", connections],
  ["behind the attacker's own address, as a carrier's customers are", "127.0.0.1", 16],
] as const;
let battles: Battle[] = [];

beforeAll(async () => {
  const browser = await launchBrowser();
  // At once: hydra mostly waits for its own timers.
  battles = await Promise.all(places.map(([, address, tasks]) => fight(browser, address, tasks)));
  await browser.close();
}, 120_000);

afterAll(async () => {
  for (const { sallyport } of battles) await sallyport.stop();
});

for (const [index, [place, attackerAddress, tasks]] of places.entries()) {
  describe(`an attack of 2,000 attempts over ${tasks} connections, customers ${place}`, () => {
    test("hydra made all its attempts and found nothing", () => {
      const { hydraSaid, attempts } = battles[index]!;
      expect(hydraSaid).toContain(`${plannedAttempts} login tries`);
      expect(hydraSaid).toContain("0 valid password");
      expect(attempts.length).toBeGreaterThanOrEqual(plannedAttempts - connections);
    });

    test("at most 20 attempts reached the shop, by the events and by the shop's own books", () => {
      const { sallyport, attempts, stopped } = battles[index]!;
      const reached = attempts.length - stopped.length;
      expect(reached).toBeLessThanOrEqual(mostThatPass);
      using shop = new Database(join(sallyport.dataDir, "demo-shop.sqlite"), { readonly: true });
      const ofVictims = "email IN (SELECT value FROM json_each(?))";
      const books = shop
        .query<{ failures: number; sessions: number }, [string, string]>(
          `SELECT (SELECT sum(failures) FROM accounts WHERE ${ofVictims}) AS failures,
            (SELECT count(*) FROM sessions JOIN accounts ON accounts.id = account_id WHERE ${ofVictims}) AS sessions`,
        )
        .get(...twice(JSON.stringify(victims.map(({ email }) => email))));
      expect(books).toEqual({ failures: reached, sessions: 0 });
    });

    test("once stopped, the tool stays stopped", () => {
      const inOrder = battles[index]!.attempts.toReversed();
      const firstStop = inOrder.findIndex(isStopped);
      // What was on its way at the first stop may still pass.
      const later = inOrder.slice(firstStop + connections);
      expect(later.length).toBeGreaterThan(plannedAttempts - 100);
      expect(later.filter((one) => !isStopped(one))).toEqual([]);
    });

    test("customers signed in, shopped and paid throughout, and none was touched", async () => {
      const { session, day } = battles[index]!;
      expect(day.harm).toEqual([]);
      expect(day.purchases).toBeGreaterThanOrEqual(2);
      expect(day.appSignIns).toBeGreaterThanOrEqual(5);
      const ours = (await readEvents(session, {})).filter((one) => !isByTool(one));
      const touched = ours.filter(({ decision }) => decision !== "forward" && decision !== "allow");
      expect(touched).toEqual([]);
      const signIns = ours.filter(({ outcome }) => outcome === "login.success");
      expect(signIns.length).toBe(day.purchases + day.appSignIns);
    });

    test("the events tell the attack: its address, its print, the policy, the outcome", () => {
      const { logins, attempts, stopped } = battles[index]!;
      const print = stopped[0]?.skeleton ?? "";
      expect(print).toMatch(/^s\d+:[0-9a-f]{16}$/);
      const told = new Set(attempts.map((one) => `${one.ip} ${one.app}.${one.route} ${one.skeleton}`));
      expect([...told]).toEqual([`${attackerAddress} shop.login ${print}`]);
      const ends = new Set(stopped.map(({ status, outcome }) => `${status} ${outcome}`));
      expect([...ends]).toEqual(["429 login.stopped"]);
      expect(stopped.filter(({ decider }) => decider === undefined)).toEqual([]);
      expect(new Set(attempts.map(({ accountHash }) => accountHash)).size).toBe(victims.length);
      const others = logins.filter((one) => !isByTool(one)).map(({ skeleton }) => skeleton);
      expect(others).not.toContain(print);
    });

    test("the receipt of a stopped attempt gives the clauses that held and the values they saw", async () => {
      const { session, stopped } = battles[index]!;
      const last = stopped[0]!;
      const receipt = await readReceipt(session, last.id);
      const match = receipt.matches.find(({ policy }) => policy === last.decider);
      expect(match).toMatchObject({ mode: "enforce", effect: "block", applied: true });
      const reasons = match?.reasons ?? [];
      expect(reasons.length).toBeGreaterThan(0);
      for (const { clause, value } of reasons) {
        const bound = Number(/^(?:failed_users|failed_logins|unproven_logins) +>= (\d+)$/.exec(clause)?.[1]);
        expect([clause, Number(value) >= bound]).toEqual([clause, true]);
      }
      expect(receipt.labels).toContain("ato");

      const page = await (await session.fetch(`/events/${last.id}`)).text();
      for (const text of [last.decider!, last.skeleton!, attackerAddress, "login.stopped"]) {
        expect(page).toContain(text);
      }
      for (const { clause, value } of reasons) {
        expect(page).toContain(`<code>${clause.replaceAll(">", "&gt;")}</code>`);
        expect(page).toContain(`>${value}<`);
      }
    });

    test("the console's overview and event list show it: the policy, how much it stopped, the print", async () => {
      const { session, stopped } = battles[index]!;
      const overview = await (await session.fetch("/")).text();
      const deciders = Map.groupBy(stopped, ({ decider }) => decider ?? "");
      for (const [decider, events] of deciders) {
        expect(overview).toContain(`/policies/${decider}`);
        expect(overview).toContain(`>${events.length.toLocaleString("en-US")}<`);
      }
      expect(overview).toContain(stopped[0]!.skeleton!);

      const [decider, events] = [...deciders].toSorted((one, other) => other[1].length - one[1].length)[0]!;
      const list = await (await session.fetch(`/events?policy=${decider}`)).text();
      expect(list).toContain("50 events");
      for (const { id } of events.slice(0, 50)) expect(list).toContain(`/events/${id}`);
    });
  });
}

test("without the policies the same tool gets in: the attack is real", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sallyport-open-"));
  await cp(join(policies, "shop.policy"), join(folder, "shop.policy"));
  const sallyport = await startSallyport({ args: ["--policies", folder] });
  const users = victims.slice(20, 23).map(({ email }) => email);
  const said = await attack(portOf(sallyport.edgeUrl), users, passwords.slice(-8).toReversed(), 16);
  await sallyport.stop();
  await rm(folder, { recursive: true, force: true });
  expect(said).toContain("3 valid passwords found");
  for (const { email, password } of victims.slice(20, 23)) {
    expect(said).toMatch(new RegExp(`login: ${email} +password: ${password.replaceAll(/[?]/g, "\\$&")}`));
  }
});
