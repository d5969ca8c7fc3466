/** JA4 of real clients: against an implementation that shares no code with ours, cut and whole, first and resumed. */
import { afterAll, describe, expect, test } from "bun:test";
import { Readable } from "node:stream";
import { calculateJa4, readTlsClientHello } from "read-tls-client-hello";
import { HelloReader } from "../../../src/accept/tls/hello-reader.ts";
import { ja4, ja4Stable } from "../../../src/accept/tls/ja4.ts";
import { TestCertificates } from "../../support/test-certificates.ts";
import { closingSite } from "./closing-site.ts";
import { inTwoRecords } from "./cutting-relay.ts";
import hellos from "./hellos.json" with { type: "json" };
import { readHello } from "./read-hello.ts";

const made = new TestCertificates();
const site = closingSite(made.selfSigned("localhost", ["localhost"]));
const url = `https://localhost:${site.port}/`;
afterAll(() => {
  site.stop();
  made.remove();
});

async function peerJa4(hello: Buffer): Promise<string> {
  return calculateJa4(await readTlsClientHello(Readable.from([hello], { objectMode: false })));
}

/** A first hello of each client and the one that it sent next to the same site (`node_fetch` is undici). */
describe.each(Object.entries(hellos))("%s, as captured", (_, hexes) => {
  const [first, next] = hexes.map((hex) => Buffer.from(hex, "hex")) as [Buffer, Buffer];

  test("has the JA4 that another implementation gives it", async () => {
    for (const hello of [first, next]) expect(ja4(readHello(hello))).toBe(await peerJa4(hello));
  });

  test("keeps its stable form from the first to the next connection", () => {
    expect(ja4Stable(readHello(next))).toBe(ja4Stable(readHello(first)));
  });

  test("reads the same byte by byte, over two records and with bytes after it", () => {
    for (const hello of [first, next]) {
      const whole = readHello(hello);
      const reader = new HelloReader();
      const readings = Array.from(hello, (byte) => reader.push(Uint8Array.of(byte)));
      expect(readings.slice(0, -1).every((reading) => reading === "incomplete")).toBe(true);
      expect(readings.at(-1)).toEqual(whole);
      for (const cut of [1, 2, 3, 4, 5, 40, hello.length - 6]) {
        expect(readHello(inTwoRecords(hello, cut))).toEqual(whole);
      }
      expect(readHello(Buffer.concat([hello, Buffer.from("1403030001011703030005", "hex")]))).toEqual(whole);
    }
  });
});

test("the stable form tells all captured clients apart", () => {
  const prints = Object.values(hellos).map(([first]) => ja4Stable(readHello(Buffer.from(first!, "hex"))));
  expect(new Set(prints).size).toBe(prints.length);
});

const chromium = `
  import { chromium } from "playwright-core";
  const browser = await chromium.launch({ executablePath: Bun.which("chromium"), args: ["--no-sandbox"] });
  const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  for (const visit of [1, 2, 3]) {
    await page.goto("${url}?" + visit);
    await Bun.sleep(200);
  }
  await browser.close();`;
const request = `(printf 'GET / HTTP/1.1\\r\\n\\r\\n'; sleep 0.3) | openssl s_client -connect localhost:${site.port}`;
const session = `${made.folder}/session.pem`;

describe.each([
  ["curl", "the same", ["curl", "-sk", url, url]],
  ["openssl", "the same", ["sh", "-c", `${request} -sess_out ${session}; ${request} -sess_in ${session}`]],
  [
    "openssl with TLS 1.2",
    "the same",
    ["sh", "-c", `${request} -tls1_2 -sess_out ${session}; ${request} -tls1_2 -sess_in ${session}`],
  ],
  ["chromium", "another", [process.execPath, "-e", chromium]],
])("%s, live", (_, order, command) => {
  test(`resumes, keeps its stable form, and sends ${order} order of extensions`, async () => {
    const arrivalsBefore = site.arrivals.length;
    const hellosBefore = site.hellos.length;
    const client = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    const limit = setTimeout(() => client.kill(), 25_000);
    await client.exited;
    clearTimeout(limit);
    const arrivals = site.arrivals.slice(arrivalsBefore);
    expect(arrivals.length).toBeGreaterThanOrEqual(2);
    expect(arrivals.some((arrival) => arrival.isResumed)).toBe(true);
    expect(arrivals.some((arrival) => !arrival.isResumed)).toBe(true);
    expect(new Set(arrivals.map((arrival) => arrival.ja4Stable)).size).toBe(1);
    const orders = new Set(arrivals.map((arrival) => arrival.extensionOrder));
    expect(orders.size === 1).toBe(order === "the same");
    for (const hello of site.hellos.slice(hellosBefore))
      expect(ja4(readHello(hello))).toBe(await peerJa4(hello));
  }, 30_000);
});
