/** Behind a front that speaks the PROXY protocol: the client that it names is in the event and at the origin. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvents } from "../support/console-events.ts";
import { type ConsoleSession, signIn } from "../support/console-session.ts";
import { binaryHeader, ipv6Addresses } from "../support/proxy-header.ts";
import { connectRaw } from "../support/raw-client.ts";
import { answerWith, type RawOrigin, startRawOrigin } from "../support/raw-origin.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(30_000);

let origin: RawOrigin;
let sallyport: RunningSallyport;
let session: ConsoleSession;

beforeAll(async () => {
  origin = startRawOrigin(answerWith("HTTP/1.1 204 No Content\r\n\r\n"));
  sallyport = await startSallyport({ args: ["--origin", origin.url, "--proxy-protocol", "127.0.0.1"] });
  session = await signIn(sallyport.consoleUrl, sallyport.password);
});

afterAll(async () => {
  await sallyport.stop();
  origin.stop();
});

/** Sends a header and one request; what came back. */
async function ask(header: string | Buffer, path: string): Promise<string> {
  const client = await connectRaw(Number(new URL(sallyport.edgeUrl).port));
  client.send(
    Buffer.concat([Buffer.from(header), Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n`)]),
  );
  client.send("Connection: close\r\n\r\n");
  return (await client.closed()).received;
}

test.each([
  ["a line", "PROXY TCP4 192.0.2.33 198.51.100.1 4660 443\r\n", "192.0.2.33"],
  [
    "a binary header",
    binaryHeader({ family: 0x21, addresses: ipv6Addresses, checksum: "right" }),
    "2001:db8::33",
  ],
  ["a front that speaks for itself", binaryHeader({ command: 0x20, family: 0, addresses: [] }), "127.0.0.1"],
] as const)("%s", async (name, header, client) => {
  const path = `/${name.replaceAll(" ", "-")}`;
  expect(await ask(header, path)).toStartWith("HTTP/1.1 204 ");
  expect(origin.requests.at(-1)?.head).toContain(`X-Forwarded-For: ${client}\r\n`);
  const event = await waitUntil("it is stored", async () => (await readEvents(session, { path }))[0]);
  expect(event.ip).toBe(client);
});

test("without a header the connection is closed without a word, and the console says why", async () => {
  expect(await ask("", "/no-header")).toBe("");
  const refused = await waitUntil(
    "it is stored",
    async () => (await readEvents(session, { decision: "refuse" }))[0],
  );
  expect(refused.ip).toBe("127.0.0.1");
  expect(refused.path).toContain("PROXY header");
});

test("behind a content delivery network the client is whom it names, and its own connection tells nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-front-"));
  const policy = `app shop {
    front cloudflare from [127.0.0.0/8] { client header cf-connecting-ip  country header cf-ipcountry }
  }
  policy version on shop { mode enforce when { http.version present } then { block } }
  policy abroad on shop { mode enforce when { ip.country = FR  ip in [203.0.113.0/24] } then { block 451 } }`;
  writeFileSync(join(folder, "shop.policy"), policy);
  const fronted = await startSallyport({ args: ["--origin", origin.url, "--policies", folder] });
  try {
    const from = (country: string) =>
      fetch(fronted.edgeUrl, { headers: { "CF-Connecting-IP": "203.0.113.9", "CF-IPCountry": country } });
    expect((await from("FR")).status).toBe(451);
    expect((await from("DE")).status).toBe(204);
    expect(origin.requests.at(-1)?.head).toContain("CF-Connecting-IP: 203.0.113.9\r\n");
  } finally {
    await fronted.stop();
    rmSync(folder, { recursive: true });
  }
});
