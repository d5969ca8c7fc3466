/** The device cookie as people meet it: a browser that signed in is known again, wherever it is; nobody else is. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { seededAccount } from "../../src/demo/seeded.ts";
import { type AddressRelay, startAddressRelay } from "../support/address-relay.ts";
import { launchBrowser } from "../support/browser.ts";
import { readEvents, readReceipt } from "../support/console-events.ts";
import { type ConsoleSession, signIn } from "../support/console-session.ts";
import { connectRaw } from "../support/raw-client.ts";
import { answerWith, startRawOrigin } from "../support/raw-origin.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { signInToShop } from "../support/shop-customer.ts";
import { TestCertificates } from "../support/test-certificates.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const shipped = resolve(import.meta.dir, "../../policies");
const knownDevice = `
policy known_device on everything {
  mode enforce
  when { device_cookie present }
  then { label known_device }
}
policy known_account on tagged auth {
  mode enforce
  when { account.known = true  account.new_net = true }
  then { label travels }
}
`;
const [ann, joe] = [seededAccount(1), seededAccount(2)];

let browser: Browser;
let folder: string;
let sallyport: RunningSallyport;
let session: ConsoleSession;
let elsewhere: AddressRelay;

beforeAll(async () => {
  browser = await launchBrowser();
  folder = await mkdtemp(join(tmpdir(), "sallyport-device-"));
  await cp(shipped, join(folder, "policies"), { recursive: true });
  await appendFile(join(folder, "policies/shop.policy"), knownDevice);
  const options = { dataDir: join(folder, "data"), args: ["--policies", join(folder, "policies")] };
  sallyport = await startSallyport(options);
  session = await signIn(sallyport.consoleUrl, sallyport.password);
  elsewhere = await startAddressRelay(Number(new URL(sallyport.edgeUrl).port), "127.66.0.9");
});

afterAll(async () => {
  elsewhere.stop();
  await sallyport.stop();
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

let visits = 0;

/** The labels of the last sign-in that came before a request that only this call makes. */
async function lastSignIn(): Promise<{ labels: readonly string[]; ip: string; outcome: string | undefined }> {
  const path = `/mark-${++visits}`;
  await fetch(`${sallyport.edgeUrl}${path}`);
  await waitUntil("all is stored", async () => (await readEvents(session, { path })).length === 1);
  const last = (await readEvents(session, { path: "/login" })).find(({ method }) => method === "POST");
  const { labels } = await readReceipt(session, last!.id);
  return { labels: labels.toSorted(), ip: last!.ip, outcome: last!.outcome };
}

async function deviceOf(context: BrowserContext) {
  return (await context.cookies()).find(({ name }) => name === "shop_device");
}

test("a browser that signed in is known at its next sign-in, from another address, and for nobody else", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signInToShop(page, sallyport.edgeUrl, ann);
  await page.getByRole("heading", { name: `Hello, ${ann.name}` }).waitFor();
  expect((await lastSignIn()).labels).toEqual([]);
  const device = await deviceOf(context);
  expect(device).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/", secure: false });
  const days = ((device?.expires ?? 0) * 1000 - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(180);

  // The session ends, the device stays; the cookies of 127.0.0.1 go with the browser to the relay's port.
  await context.clearCookies({ name: "sid" });
  const next = await context.newPage();
  await signInToShop(next, elsewhere.url, ann);
  await next.getByRole("heading", { name: `Hello, ${ann.name}` }).waitFor();
  const again = await lastSignIn();
  expect(again).toEqual({ labels: ["known_device", "travels"], ip: "127.66.0.9", outcome: "login.success" });

  // Its second request says whose it is by the session.
  await next.goto(`${elsewhere.url}/account`);
  await waitUntil("the account page is known too", async () => {
    const [event] = await readEvents(session, { path: "/account" });
    return event && (await readReceipt(session, event.id)).labels.includes("known_device");
  });

  // The same device is none of Joe's until he signs in on it.
  await context.clearCookies({ name: "sid" });
  const other = await context.newPage();
  await signInToShop(other, elsewhere.url, { ...joe, password: "guessed" });
  await other.getByText("do not match").waitFor();
  expect((await lastSignIn()).labels).toEqual([]);
  await signInToShop(other, elsewhere.url, joe);
  await other.getByRole("heading", { name: `Hello, ${joe.name}` }).waitFor();
  await context.clearCookies({ name: "sid" });
  await signInToShop(await context.newPage(), elsewhere.url, joe);
  await waitUntil("Joe is known", async () => (await lastSignIn()).labels.includes("known_device"));
  await context.close();
});

test("a stolen cookie is of use for its own account only, and a changed one for none", async () => {
  const owner = await browser.newContext();
  await signInToShop(await owner.newPage(), sallyport.edgeUrl, ann);
  const stolen = await waitUntil("Ann has her cookie", () => deviceOf(owner));
  await owner.close();
  const tries = [
    { value: stolen.value, victim: joe, isKnown: false },
    { value: `${stolen.value.slice(0, -3)}AAA`, victim: ann, isKnown: false },
    { value: stolen.value, victim: ann, isKnown: true },
  ] as const;
  for (const { value, victim, isKnown } of tries) {
    const thief = await browser.newContext();
    await thief.addCookies([{ ...stolen, value }]);
    const page = await thief.newPage();
    await signInToShop(page, sallyport.edgeUrl, { ...victim, password: "guessed" });
    await page.getByText("do not match").waitFor();
    expect((await lastSignIn()).labels.includes("known_device")).toBe(isKnown);
    await thief.close();
  }
});

test("devices, sessions and what is known of accounts outlive a restart", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signInToShop(page, sallyport.edgeUrl, ann);
  await page.getByRole("heading", { name: `Hello, ${ann.name}` }).waitFor();
  elsewhere.stop();
  await sallyport.stop();
  const saved = await Bun.file(join(folder, "data/sessions.bin")).bytes();
  expect(Buffer.from(saved).includes(ann.email)).toBe(false);
  const args = ["--policies", join(folder, "policies")];
  const { password } = sallyport;
  sallyport = await startSallyport({ dataDir: join(folder, "data"), args });
  session = await signIn(sallyport.consoleUrl, password);
  elsewhere = await startAddressRelay(Number(new URL(sallyport.edgeUrl).port), "127.66.0.10");
  await page.goto(`${elsewhere.url}/account?after=restart`);
  await waitUntil("the session's account and the device are known", async () => {
    const [event] = await readEvents(session, { path: "/account" });
    return (
      event?.ip === "127.66.0.10" && (await readReceipt(session, event.id)).labels.includes("known_device")
    );
  });
  await context.clearCookies({ name: "sid" });
  await signInToShop(page, elsewhere.url, ann);
  await waitUntil("the account is known from before", async () =>
    (await lastSignIn()).labels.includes("travels"),
  );
  await context.close();
});

const ownApp = `
app api {
  hosts *
  route login POST /login
  route page  GET  /page
  identify username = body.user
  identify session  = cookie sid | response cookie sid
  outcome login success status 200  failure status 401
  device_cookie "device" for 30d
}
`;
/** The first 12 bytes, which stay. */
const idOf = (text: string) =>
  Buffer.from(text.split(".")[2] ?? "", "base64url")
    .subarray(0, 12)
    .toString("hex");
const login = (headers = "") => {
  return `POST /login HTTP/1.1\r\nHost: api.example\r\n${headers}Content-Type: application/json\r\nContent-Length: 14\r\n\r\n{"user":"ann"}`;
};

const genuine = (status: string, extra = "") =>
  `HTTP/1.1 ${status}\r\nX-Odd-CASE: 1\r\nContent-Type: text/plain\r\n${extra}Content-Length: 2\r\n\r\nok`;

test("on the wire: added to a success alone, nothing else changed, never passed on; over HTTP/2 and TLS, too", async () => {
  const origin = startRawOrigin(answerWith(genuine("200 OK", "Set-Cookie: sid=0123456789abcdef\r\n")));
  const own = await mkdtemp(join(tmpdir(), "sallyport-wire-"));
  await Bun.write(join(own, "policies/api.policy"), ownApp);
  const made = new TestCertificates();
  const { cert, key } = made.selfSigned("api", ["api.example"]);
  const tls = ["--tls-listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key];
  const trusted = ["--trusted-proxies", "127.66.0.11"];
  const edge = await startSallyport({
    args: ["--origin", origin.url, "--policies", join(own, "policies"), ...tls, ...trusted],
  });
  const port = Number(new URL(edge.edgeUrl).port);
  const front = await startAddressRelay(port, "127.66.0.11");
  const ask = async (request: string, to = port) => {
    const client = await connectRaw(to);
    client.send(request);
    const answer = await client.until(/\r\n\r\nok$/);
    client.close();
    return answer;
  };
  const added = /Set-Cookie: device=([^;]+); Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax\r\n/;

  const answer = await ask(login());
  expect(answer.replace(added, "")).toBe(genuine("200 OK", "Set-Cookie: sid=0123456789abcdef\r\n"));
  const value = added.exec(answer)?.[1] ?? "";
  expect(value.length).toBeGreaterThan(60);

  const cookies = `Cookie: a=1; device=${value}; devices=2\r\n`;
  expect(await ask(`GET /page HTTP/1.1\r\nHost: api.example\r\n${cookies}\r\n`)).not.toContain("device=");
  expect(origin.requests.at(-1)?.head).toContain("\r\nCookie: a=1; devices=2\r\n");
  await ask(`GET /page HTTP/1.1\r\nHost: api.example\r\nCookie: device=${value}\r\n\r\n`);
  expect(origin.requests.at(-1)?.head).not.toMatch(/cookie|device/i);

  const proto = "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: https\r\n";
  expect(await ask(login(proto), front.port)).toContain("; HttpOnly; Secure; SameSite=Lax\r\n");
  expect(await ask(login(proto))).not.toContain("Secure");

  origin.answer = answerWith(genuine("401 Unauthorized"));
  expect(await ask(login(cookies))).toBe(genuine("401 Unauthorized"));

  origin.answer = answerWith(genuine("200 OK"));
  const sent = [
    "-d",
    '{"user":"ann"}',
    "-H",
    "content-type: application/json",
    "-H",
    `cookie: device=${value}`,
  ];
  const child = Bun.spawn(["curl", "-sSik", "--http2", ...sent, `${edge.tlsUrl}/login`], { stdout: "pipe" });
  const http2 = await child.stdout.text();
  expect(http2).toMatch(/^HTTP\/2 200/);
  const renewed = /set-cookie: device=([^;]+); Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax/.exec(
    http2,
  );
  expect(idOf(renewed?.[1] ?? "")).toBe(idOf(value));
  expect(origin.requests.at(-1)?.head).not.toMatch(/cookie|device/i);

  front.stop();
  await edge.stop();
  origin.stop();
  made.remove();
  await rm(own, { recursive: true, force: true });
});
