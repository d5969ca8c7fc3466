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
import { type HelloParts, makeHello } from "./make-hello.ts";
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

/** Hellos that no client at hand sends. */
const rareHellos: readonly (readonly [name: string, parts: HelloParts])[] = [
  [
    "GREASE everywhere",
    {
      ciphers: [0x0a0a, 0x1301, 0x1302],
      extensions: [0x1a1a, 0, 10, 13, 16, 43, 0xfafa],
      supportedVersions: [0x2a2a, 0x0304],
      signatureAlgorithms: [0x0403],
    },
  ],
  ["no ALPN", { extensions: [0, 10, 13, 43], signatureAlgorithms: [0x0403, 0x0804] }],
  ["ALPN of one letter", { extensions: [0, 16, 43], alpn: ["h"] }],
  [
    "TLS 1.2 without supported_versions",
    { ciphers: [0xc02f, 0xc030, 0x009c], extensions: [10, 13], signatureAlgorithms: [0x0601] },
  ],
];

test.each(rareHellos)(
  "%s: another implementation says the same, and a cut at every byte changes nothing",
  async (_, parts) => {
    const hello = makeHello(parts);
    expect(ja4(readHello(hello))).toBe(await peerJa4(hello));
    const reader = new HelloReader();
    const readings = Array.from(hello, (byte) => reader.push(Uint8Array.of(byte)));
    expect(readings.at(-1)).toEqual(readHello(hello));
  },
);

/** Where the other implementation departs from the specification: its technical details decide. */
const departures: readonly (readonly [name: string, parts: HelloParts, specified: RegExp])[] = [
  [
    "ALPN outside ASCII at both ends",
    { extensions: [0, 16], alpn: [Uint8Array.of(0xab, 0x30, 0xcd)] },
    /^t12d0102ad_/,
  ],
  [
    "ALPN outside ASCII at its end",
    { extensions: [0, 16], alpn: [Uint8Array.of(0x30, 0xab)] },
    /^t12d01023b_/,
  ],
  ["no extensions", { ciphers: [0x002f] }, /^t12i010000_[0-9a-f]{12}_000000000000$/],
  ["more than 99 suites", { ciphers: Array.from({ length: 120 }, (_, at) => at + 1) }, /^t12i990000_/],
];

test.each(departures)(
  "%s follows the specification where the other implementation does not",
  async (_, parts, specified) => {
    const hello = makeHello(parts);
    expect(ja4(readHello(hello))).toMatch(specified);
    expect(await peerJa4(hello)).not.toMatch(specified);
  },
);

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

const node = `
  const tls = require("node:tls");
  const visit = (session, next) => {
    const socket = tls.connect({ port: ${site.port}, host: "localhost", servername: "localhost", rejectUnauthorized: false, session });
    let given = session;
    socket.on("session", (fresh) => { given = fresh; });
    socket.on("secureConnect", () => socket.write("GET / HTTP/1.1\\r\\n\\r\\n"));
    socket.on("close", () => next(given)).resume();
  };
  visit(undefined, (session) => visit(session, () => {}));`;
const python = `
import socket, ssl
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
session = None
for visit in range(2):
    with socket.create_connection(("localhost", ${site.port})) as raw:
        with context.wrap_socket(raw, server_hostname="localhost", session=session) as secure:
            secure.sendall(b"GET / HTTP/1.1\\r\\n\\r\\n")
            while secure.recv(4096):
                pass
            session = secure.session`;
// Its Chrome has two orders, one as likely as the other: of 25 connections some will differ.
const impit = (browser: string) => `
  import { Impit } from "impit";
  const client = new Impit({ browser: "${browser}", ignoreTlsErrors: true });
  for (let visit = 0; visit < 25; visit++) {
    await (await client.fetch("${url}?" + visit)).text();
    await Bun.sleep(visit < 2 ? 100 : 5);
  }`;

describe.each([
  ["node", "the same", ["node", "-e", node]],
  ["python", "the same", ["python3", "-c", python]],
  ["impit as Chrome", "another", [process.execPath, "-e", impit("chrome")]],
  ["impit as Firefox", "another", [process.execPath, "-e", impit("firefox")]],
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
