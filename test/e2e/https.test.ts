/** HTTPS as an operator sets it up and as clients meet it: real certificates in files, real clients, a real process. */
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { seededAccount } from "../../src/demo/seeded.ts";
import { complaintsOf, launchBrowser } from "../support/browser.ts";
import { type ApiReceipt, readEvents, readReceipt } from "../support/console-events.ts";
import { type ConsoleSession, signIn } from "../support/console-session.ts";
import { connectRaw } from "../support/raw-client.ts";
import { type RunningSallyport, runSallyport, startSallyport } from "../support/sallyport.ts";
import { checkOut, findAndAdd, signInToShop } from "../support/shop-customer.ts";
import { TestCertificates } from "../support/test-certificates.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(30_000);

/** What was seen of a connection is a reason of this policy, clause by clause; the tool's JA4 comes from a list. */
const ownPolicies = `
list tools: ja4 from "lists/tools.txt"

policy tools on shop.product {
  mode enforce
  when { tls.ja4 in tools }
  then { block 403 }
}

policy seen on everything {
  mode enforce
  when {
    scheme = "https"
    tls.ja4 present
    tls.ja4_stable present
    tls.version present
    tls.sni present
    tls.resumed present
    tls.client_verified present
    print.stack present
  }
  then { label seen }
}
`;

const made = new TestCertificates();
const shop = made.selfSigned("shop", ["shop.example"]);
const bank = made.selfSigned("bank", ["bank.example"]);
const authority = made.selfSigned("authority", []);
const stranger = made.selfSigned("stranger", []);
const partner = made.signedBy(authority, "partner");
const impostor = made.signedBy(stranger, "impostor");
const policies = join(made.folder, "policies");
const listening = [
  "--policies",
  policies,
  "--tls-listen",
  "127.0.0.1:0",
  "--tls-cert",
  `${shop.cert},${bank.cert}`,
  "--tls-key",
  `${shop.key},${bank.key}`,
];

interface Https {
  readonly process: RunningSallyport;
  readonly port: number;
  readonly session: ConsoleSession;
}

async function startHttps(args: readonly string[] = []): Promise<Https> {
  const process = await startSallyport({ args: [...listening, ...args] });
  const port = Number(new URL(process.tlsUrl!).port);
  return { process, port, session: await signIn(process.consoleUrl, process.password) };
}

interface Answer {
  readonly exitCode: number;
  readonly text: string;
}

async function run(command: readonly string[], input = ""): Promise<Answer> {
  const child = Bun.spawn([...command], {
    stdin: Buffer.from(input),
    stdout: "pipe",
    stderr: "pipe",
    timeout: 20_000,
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, text: stdout + stderr };
}

/** One GET by curl, which trusts only `ca`; what it prints is the status. */
function curl(
  port: number,
  path: string,
  args: readonly string[] = [],
  ca = shop.cert,
  host = "shop.example",
) {
  const how = ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", ca];
  const where = ["--resolve", `${host}:${port}:127.0.0.1`, `https://${host}:${port}${path}`];
  return run(["curl", ...how, ...args, ...where]);
}

/** The receipt of the newest request for a path. */
async function receiptOf(
  { session }: Https,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<ApiReceipt> {
  const read = async () => (await readEvents(session, { path, ...query }))[0];
  const event = await waitUntil(`${path} is stored`, read);
  return readReceipt(session, event.id);
}

/** What the policy \`seen\` saw, by the clause's field. */
async function seenOf(https: Https, path: string): Promise<Record<string, string>> {
  const { matches } = await receiptOf(https, path);
  const { reasons } = matches.find(({ policy }) => policy === "seen")!;
  return Object.fromEntries(reasons.map(({ clause, value }) => [clause.split(" ")[0]!, value]));
}

let https: Https;
let browser: Browser;

beforeAll(async () => {
  await mkdir(join(policies, "lists"), { recursive: true });
  await copyFile(resolve(import.meta.dir, "../../policies/shop.policy"), join(policies, "shop.policy"));
  await writeFile(join(policies, "own.policy"), ownPolicies);
  await writeFile(join(policies, "lists/tools.txt"), "# none yet\n");
  [https, browser] = await Promise.all([startHttps(), launchBrowser()]);
}, 60_000);

afterAll(async () => {
  await browser.close();
  await https.process.stop();
  made.remove();
});

test("a person signs in, shops and pays over HTTPS, and policies see the browser's own JA4", async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = complaintsOf(page);
  const { email, password, name } = seededAccount(52);
  await signInToShop(page, https.process.tlsUrl!, { email, password });
  await page.getByRole("heading", { name: `Hello, ${name}` }).waitFor();
  await findAndAdd(page, "mug");
  await checkOut(page);
  const protocol = await page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol");
  expect(protocol).toBe("h2");
  expect(complaints).toEqual([]);
  await page.goto(`https://localhost:${https.port}/seen-by-browser`);
  await context.close();
  const seen = await seenOf(https, "/seen-by-browser");
  expect(seen["tls.ja4"]).toMatch(/^t13d15\d\dh2_8daaf6152771_[0-9a-f]{12}$/);
  expect(seen["tls.version"]).toBe("1.3");
  expect(seen["print.stack"]).toMatch(/^t1:[0-9a-f]{16}$/);
});

test("each name gets its own certificate, and a strange name the first", async () => {
  const ask = async (host: string, ca: string) => (await curl(https.port, "/", [], ca, host)).text;
  expect(await ask("shop.example", shop.cert)).toBe("200");
  expect(await ask("bank.example", bank.cert)).toBe("200");
  expect(await ask("shop.example", bank.cert)).toContain("certificate");
  const connect = ["openssl", "s_client", "-connect", `127.0.0.1:${https.port}`];
  const { text } = await run([...connect, "-servername", "strange.example"]);
  expect(text).toContain("subject=CN = shop\n");
});

test.each(["1.2", "1.3"])("TLS %s is spoken and seen", async (version) => {
  const path = `/spoken-${version}`;
  expect((await curl(https.port, path, [`--tlsv${version}`, "--tls-max", version])).text).toBe("404");
  const seen = await seenOf(https, path);
  expect(seen).toMatchObject({
    scheme: "https",
    "tls.version": version,
    "tls.sni": "shop.example",
    "tls.resumed": "false",
    "tls.client_verified": "false",
  });
  expect(seen["tls.ja4"]).toStartWith(`t${version.replace(".", "")}d`);
});

test("older TLS is refused", async () => {
  const ciphers = ["--ciphers", "DEFAULT:@SECLEVEL=0", "--tls-max", "1.1", "--tlsv1.0"];
  const { exitCode, text } = await curl(https.port, "/old", ciphers);
  expect(exitCode).toBe(35);
  expect(text).toContain("alert");
});

test.each(["-tls1_2", "-tls1_3"])(
  "a session is resumed (openssl %s), and the stack stays the same",
  async (version) => {
    const session = join(made.folder, `session${version}`);
    const visit = async (path: string, flag: "-sess_out" | "-sess_in") => {
      const connect = [
        "openssl",
        "s_client",
        "-connect",
        `127.0.0.1:${https.port}`,
        "-servername",
        "shop.example",
      ];
      const request = `GET ${path} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n`;
      const { text } = await run([...connect, "-ign_eof", version, flag, session], request);
      expect(text).toContain("HTTP/1.1 404");
      return seenOf(https, path);
    };
    const first = await visit(`/first${version}`, "-sess_out");
    const resumed = await visit(`/resumed${version}`, "-sess_in");
    expect([first["tls.resumed"], resumed["tls.resumed"]]).toEqual(["false", "true"]);
    expect(resumed["tls.ja4_stable"]).toBe(first["tls.ja4_stable"]);
    expect(resumed["print.stack"]).toBe(first["print.stack"]);
  },
);

test("a policy on a list of JA4 stops the tool and no browser", async () => {
  const bytes = Promise.withResolvers<Buffer>();
  using trap = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, chunk) {
        bytes.resolve(Buffer.from(chunk));
        socket.terminate();
      },
    },
  });
  await curl(trap.port, "/");
  const file = join(made.folder, "curl.hello");
  await writeFile(file, await bytes.promise);
  const { stdout, exitCode } = await runSallyport({ args: ["ja4", file] });
  expect(exitCode).toBe(0);
  const { ja4, sni } = JSON.parse(stdout) as { ja4: string; sni: string };
  expect(sni).toBe("shop.example");

  expect((await curl(https.port, "/products/1")).text).toBe("200");
  await writeFile(join(policies, "lists/tools.txt"), `${ja4}  # curl\n`);
  await waitUntil("curl is blocked", async () => (await curl(https.port, "/products/1")).text === "403");
  const receipt = await receiptOf(https, "/products/1", { decision: "block" });
  expect(receipt.decider).toBe("tools");
  expect(receipt.matches.find(({ policy }) => policy === "tools")?.reasons).toContainEqual({
    clause: "tls.ja4 in tools",
    value: ja4,
  });

  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  expect((await page.goto(`https://localhost:${https.port}/products/1`))?.status()).toBe(200);
  await context.close();
  // By the same tool, but not over TLS: there is nothing to hold against it.
  const plain = await run([
    "curl",
    "-so",
    "/dev/null",
    "-w",
    "%{http_code}",
    `${https.process.edgeUrl}/products/1`,
  ]);
  expect(plain.text).toBe("200");
});

test("what is no TLS is closed at once, plain HTTP with a word", async () => {
  const garbage = await connectRaw(https.port);
  garbage.send(Buffer.alloc(600, 0xa7));
  const { received, isClosed } = await garbage.closed(1_000);
  expect(isClosed).toBe(true);
  // A fatal alert (RFC 8446 §6.2).
  expect(received.slice(0, 1)).toBe("\x15");
  const plain = await connectRaw(https.port);
  plain.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
  expect((await plain.closed(1_000)).received).toStartWith("HTTP/1.1 400 ");
  await waitUntil("the log tells it", () => https.process.output().includes("TLS connections were refused"));
});

test("whoever does not finish the handshake is closed after ten seconds", async () => {
  const silent = await connectRaw(https.port);
  const slow = await connectRaw(https.port);
  const startedAt = performance.now();
  const begun = [0x16, 0x03, 0x01, 0x40, 0x00];
  const drip = setInterval(() => slow.send(Uint8Array.of(begun.shift() ?? 0)), 300);
  const closes = await Promise.all([silent, slow].map((client) => client.closed(14_000)));
  clearInterval(drip);
  expect(closes.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  expect(performance.now() - startedAt).toBeGreaterThan(9_000);
});

test("thousands of requests on a few connections all get their answer", async () => {
  const load = ["wrk", "-t1", "-c16", "-d3s", "-H", "Host: shop.example"];
  const { text } = await run([...load, `https://localhost:${https.port}/gift-cards`]);
  expect(text).not.toContain("Socket errors");
  expect(text).not.toContain("Non-2xx");
  expect(Number(/(\d+) requests in/.exec(text)?.[1])).toBeGreaterThan(1_000);
});

test("a changed certificate is used without a restart, a broken one is not", async () => {
  const renewed = made.selfSigned("bank-renewed", ["bank.example"]);
  const ask = async (ca: string) => (await curl(https.port, "/", [], ca, "bank.example")).exitCode === 0;
  const [old, oldKey] = [await readFile(bank.cert), await readFile(bank.key)];
  const kept = join(made.folder, "kept.crt");
  await writeFile(kept, old);
  expect([await ask(kept), await ask(renewed.cert)]).toEqual([true, false]);
  await copyFile(renewed.key, bank.key);
  await copyFile(renewed.cert, bank.cert);
  await waitUntil("the renewed certificate is shown", () => ask(renewed.cert), 12_000);
  expect(await ask(kept)).toBe(false);

  await writeFile(bank.cert, "no certificate any more\n");
  await waitUntil("the log tells it", () => https.process.output().includes("the old one stays"), 12_000);
  expect(await ask(renewed.cert)).toBe(true);
  expect(https.process.output()).not.toContain("PRIVATE KEY");
  await Promise.all([writeFile(bank.cert, old), writeFile(bank.key, oldKey)]);
});

describe("with certificates of clients", () => {
  let other: Https | undefined;
  afterEach(async () => {
    await other?.process.stop();
    other = undefined;
  });
  const ask = async ({ port }: Https, path: string, by?: { cert: string; key: string }) =>
    curl(port, path, by ? ["--cert", by.cert, "--key", by.key] : []);

  test("required: only those that the authority signed come through", async () => {
    other = await startHttps(["--tls-client-ca", authority.cert]);
    expect((await ask(other, "/partner", partner)).text).toBe("404");
    expect((await seenOf(other, "/partner"))["tls.client_verified"]).toBe("true");
    expect((await ask(other, "/nobody")).text).toStartWith("000");
    expect((await ask(other, "/impostor", impostor)).text).toStartWith("000");
    expect((await readEvents(other.session, {})).map(({ path }) => path)).toEqual(["/partner"]);
  });

  test("optional: policies can tell them apart", async () => {
    other = await startHttps(["--tls-client-ca", authority.cert, "--tls-client-auth", "optional"]);
    const verified = async (path: string, by?: { cert: string; key: string }) => {
      expect((await ask(other!, path, by)).text).toBe("404");
      return (await seenOf(other!, path))["tls.client_verified"];
    };
    expect(await verified("/partner", partner)).toBe("true");
    expect(await verified("/nobody")).toBe("false");
    expect(await verified("/impostor", impostor)).toBe("false");
  });
});

test("the fallback serves the same, and knows the client's own address", async () => {
  const spliced = await startHttps(["--tls-way", "splice"]);
  try {
    expect((await curl(spliced.port, "/spliced", ["--interface", "127.0.0.2"])).text).toBe("404");
    expect((await receiptOf(spliced, "/spliced")).ip).toBe("127.0.0.2");
    expect((await seenOf(spliced, "/spliced"))["tls.ja4"]).toStartWith("t13d");
  } finally {
    await spliced.process.stop();
  }
});

test("stopping waits for no idle and no half-open connection, and finishes the request at hand", async () => {
  const stopping = await startHttps();
  const halfOpen = await connectRaw(stopping.port);
  const answer = curl(stopping.port, "/products?q=mug", ["--limit-rate", "20k"]);
  await waitUntil("a request is served", async () => (await readEvents(stopping.session, {})).length > 0);
  const startedAt = performance.now();
  await stopping.process.stop();
  expect(performance.now() - startedAt).toBeLessThan(9_000);
  expect((await answer).text).toBe("200");
  expect((await halfOpen.closed(1_000)).isClosed).toBe(true);
});
