/** HTTP/2 as people, tools and origins meet it: the real process, real clients, the shop, and an origin of raw bytes. */
import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { seededAccount } from "../../src/demo/seeded.ts";
import { complaintsOf, launchBrowser } from "../support/browser.ts";
import { readEvents, readReceipt } from "../support/console-events.ts";
import { type ConsoleSession, signIn } from "../support/console-session.ts";
import { type RawOrigin, startRawOrigin } from "../support/raw-origin.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { checkOut, findAndAdd, signInToShop } from "../support/shop-customer.ts";
import { TestCertificates } from "../support/test-certificates.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(30_000);

/** What was seen of a connection is a reason of this policy, clause by clause. */
const seenPolicy = `
policy seen on everything {
  mode enforce
  when {
    http.version = "2"
    h2.settings present
    h2.window_update present
    h2.priorities present
    h2.pseudo_order present
    print.stack present
  }
  then { label seen }
}
`;

const made = new TestCertificates();
const certificate = made.selfSigned("shop", ["localhost"]);
const policies = join(made.folder, "policies");
const tls = ["--tls-listen", "127.0.0.1:0", "--tls-cert", certificate.cert, "--tls-key", certificate.key];

let shop: RunningSallyport;
let session: ConsoleSession;
let browser: Browser;
/** Before an origin whose answers each test gives. */
let edge: RunningSallyport;
let origin: RawOrigin;
const silent = () => undefined;

beforeAll(async () => {
  await mkdir(policies, { recursive: true });
  await mkdir(join(made.folder, "none"), { recursive: true });
  await copyFile(resolve(import.meta.dir, "../../policies/shop.policy"), join(policies, "shop.policy"));
  await writeFile(join(policies, "own.policy"), seenPolicy);
  await writeFile(join(made.folder, "none", "all.policy"), "app site {\n  hosts *\n}\n");
  origin = startRawOrigin(silent);
  [shop, edge, browser] = await Promise.all([
    startSallyport({ args: [...tls, "--policies", policies] }),
    startSallyport({ args: [...tls, "--policies", join(made.folder, "none"), "--origin", origin.url] }),
    launchBrowser(),
  ]);
  session = await signIn(shop.consoleUrl, shop.password);
}, 60_000);

afterEach(() => {
  origin.answer = silent;
  origin.requests.length = 0;
});

afterAll(async () => {
  await browser.close();
  await Promise.all([shop.stop(), edge.stop()]);
  origin.stop();
  made.remove();
});

/** curl over HTTP/2, with what it printed and how it ended. */
async function curl(path: string, args: readonly string[] = [], input: string | Uint8Array = "") {
  const child = Bun.spawn(["curl", "-sSk", "--http2", ...args, `${edge.tlsUrl}${path}`], {
    stdin: Buffer.from(input as string),
    stdout: "pipe",
    stderr: "pipe",
    timeout: 20_000,
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

test("a person signs in, shops and pays over HTTP/2, and policies see the browser's own stack", async () => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = complaintsOf(page);
  const { email, password, name } = seededAccount(52);
  await signInToShop(page, shop.tlsUrl!, { email, password });
  await page.getByRole("heading", { name: `Hello, ${name}` }).waitFor();
  await findAndAdd(page, "mug");
  await checkOut(page);
  const protocols = await page.evaluate(
    "performance.getEntries().map((entry) => entry.nextHopProtocol).filter(Boolean)",
  );
  expect([...new Set(protocols as string[])]).toEqual(["h2"]);
  expect(complaints).toEqual([]);
  await page.goto(`${shop.tlsUrl}/seen-by-browser`.replace("127.0.0.1", "localhost"));
  await context.close();
  const event = await waitUntil(
    "the visit is stored",
    async () => (await readEvents(session, { path: "/seen-by-browser" }))[0],
  );
  const { matches, ...kept } = await readReceipt(session, event.id);
  expect(kept).toMatchObject({
    ja4: expect.stringMatching(/^t13d15\d\dh2_/) as string,
    headerVector: expect.stringMatching(/^2 navigation host sec-ch-ua /) as string,
    stackVector: expect.stringMatching(/ h2 1:65536;2:0;4:6291456;6:262144\|15663105\|m,a,s,p$/) as string,
    // What was kept makes the prints that it had.
    printsNow: { stack: event.stack, skeleton: event.skeleton },
  });
  const { reasons } = matches.find(({ policy }) => policy === "seen")!;
  const seen = Object.fromEntries(reasons.map(({ clause, value }) => [clause.split(" ")[0]!, value]));
  expect(seen).toMatchObject({
    "http.version": "2",
    "h2.settings": "1:65536;2:0;4:6291456;6:262144",
    "h2.window_update": "15663105",
    "h2.priorities": "0",
    "h2.pseudo_order": "m,a,s,p",
    "print.stack": expect.stringMatching(/^t1:[0-9a-f]{16}$/) as string,
  });
});

test("the origin gets HTTP/1.1 with the fields in order, cookies joined, and a body of unknown length in chunks", async () => {
  origin.answer = ({ body }, socket) => {
    if (body.includes("0\r\n\r\n")) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  };
  const args = ["-T", "-", "-H", "X-One: 1", "-b", "a=1; b=2", "-H", "TE: trailers"];
  expect((await curl("/up?q", args, "some body")).stdout).toBe("ok");
  const { head, body } = origin.requests[0]!;
  const [line, ...fields] = head.trimEnd().split("\r\n");
  expect(line).toBe("PUT /up?q HTTP/1.1");
  expect(fields.map((field) => field.split(":")[0])).toEqual([
    "host",
    "user-agent",
    "accept",
    "cookie",
    "x-one",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "Via",
    "Transfer-Encoding",
    "Sallyport-Request-Id",
  ]);
  expect(fields).toContain("Via: 2.0 sallyport");
  expect(fields).toContain("cookie: a=1; b=2");
  expect(body.toString()).toBe("9\r\nsome body\r\n0\r\n\r\n");
});

test("a body with a length keeps it", async () => {
  origin.answer = ({ body }, socket) => {
    if (body.length === 5) socket.end("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  };
  const { stdout } = await curl("/up", ["-d", "a=b&c", "-w", "%{http_code} %{http_version}"]);
  expect(stdout).toBe("201 2");
  expect(origin.requests[0]!.head).toContain("content-length: 5\r\n");
  expect(origin.requests[0]!.head).not.toContain("ransfer-");
});

test("chunks and trailers of the origin come out as frames, and its connection fields stay behind", async () => {
  origin.answer = (_, socket) =>
    void socket.end(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nKeep-Alive: timeout=5\r\nTrailer: X-Sum\r\nX-A: b\r\n\r\n" +
        "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 7\r\n\r\n",
    );
  const { stdout } = await curl("/", ["-i"]);
  expect(stdout.replaceAll("\r", "")).toBe("HTTP/2 200 \ntrailer: X-Sum\nx-a: b\n\nabcdex-sum: 7\n");
});

test("events leave one by one", async () => {
  origin.answer = (_, socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
  };
  const child = Bun.spawn(["curl", "-sNk", "--http2", `${edge.tlsUrl}/events`], { stdout: "pipe" });
  const reader = child.stdout.getReader();
  const next = async () => Buffer.from((await reader.read()).value ?? []).toString();
  expect(await next()).toBe("data: 1\n\n");
  for (const socket of origin.open) socket.write("data: 2\n\n");
  expect(await next()).toBe("data: 2\n\n");
  child.kill();
  // The client's leave reaches the origin.
  await waitUntil("the origin's connection is closed", () => origin.open.size === 0);
});

test("an origin that dies within its answer is a stream error, not a short success", async () => {
  origin.answer = (_, socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
    setTimeout(() => socket.terminate(), 50);
  };
  const { exitCode, stdout, stderr } = await curl("/");
  expect(stdout).toBe("only this");
  expect(stderr).toContain("INTERNAL_ERROR");
  expect(exitCode).toBe(92);
});

test("HEAD, 204, 304 and a dead origin are answered as they are", async () => {
  const answers: Readonly<Record<string, string>> = {
    "HEAD /h": "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n",
    "GET /204": "HTTP/1.1 204 No Content\r\n\r\n",
    "GET /304": 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n',
  };
  origin.answer = ({ head }, socket) => {
    const answer = answers[head.slice(0, head.indexOf(" HTTP"))];
    if (answer === undefined) socket.terminate();
    else socket.end(answer);
  };
  const status = ["-w", "%{http_code}", "-o", "/dev/null"];
  expect((await curl("/h", ["-I"])).stdout).toContain("content-length: 7");
  expect((await curl("/204", status)).stdout).toBe("204");
  expect((await curl("/304", status)).stdout).toBe("304");
  expect((await curl("/dead", status)).stdout).toBe("502");
});

test("early hints come before the answer", async () => {
  origin.answer = (_, socket) =>
    void socket.end(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    );
  const { stdout } = await curl("/", ["-i"]);
  expect(stdout).toMatch(/^HTTP\/2 103 \r\nlink: <\/a>\r\n\r\nHTTP\/2 200 /);
});

test("thousands of requests on a few connections all get their answer", async () => {
  const load = ["h2load", "-D", "3", "-c", "8", "-m", "16", `${shop.tlsUrl}/gift-cards`];
  const { stdout } = Bun.spawnSync(load, { stdout: "pipe", timeout: 20_000 });
  const text = stdout.toString();
  const [, done, failed] = /requests: .* (\d+) succeeded, (\d+) failed/.exec(text) ?? [];
  expect(text).toContain(" 0 4xx, 0 5xx");
  expect(Number(failed)).toBe(0);
  expect(Number(done)).toBeGreaterThan(1_000);
});

test("a request under way when the process stops is answered", async () => {
  const stopping = await startSallyport({
    args: [...tls, "--policies", join(made.folder, "none"), "--origin", origin.url],
  });
  const waiting: Parameters<typeof origin.answer>[1][] = [];
  origin.answer = (_, socket) => void waiting.push(socket);
  const child = Bun.spawn(["curl", "-sk", "--http2", `${stopping.tlsUrl}/slow`], { stdout: "pipe" });
  await waitUntil("the origin was asked", () => origin.requests.length > 0);
  const stopped = stopping.stop();
  await Bun.sleep(300);
  for (const socket of waiting) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate");
  expect(await child.stdout.text()).toBe("late");
  await stopped;
});
