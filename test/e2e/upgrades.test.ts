/** WebSockets through the real process, by clients and servers that know nothing of it. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { Socket } from "bun";
import { readEvents } from "../support/console-events.ts";
import { signIn } from "../support/console-session.ts";
import { connectRaw } from "../support/raw-client.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { TestCertificates } from "../support/test-certificates.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const megabyte = 1_048_576;
const messages = 100;
/** Messages that are on their way at once. */
const window = 4;

const made = new TestCertificates();
const bank = made.selfSigned("bank", ["bank.internal"]);
const policies = join(made.folder, "policies");
const dataDir = join(made.folder, "data");
const blocking = `
policy no_entry on everything {
  mode enforce
  when { path starts "/blocked" }
  then { block 403 }
}
`;

let upgradesAtOrigin = 0;

function startEcho(tls?: { cert: Bun.BunFile; key: Bun.BunFile }) {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    ...(tls && { tls }),
    fetch: (request, server) => {
      upgradesAtOrigin++;
      return server.upgrade(request) ? undefined : new Response("no upgrade", { status: 400 });
    },
    websocket: {
      maxPayloadLength: 4 * megabyte,
      backpressureLimit: 64 * megabyte,
      message: (socket, message) => void socket.send(message),
    },
  });
}

const plain = startEcho();
const secure = startEcho({ cert: Bun.file(bank.cert), key: Bun.file(bank.key) });

const burstBytes = 16 * megabyte;

/** Changes to a protocol of its own, sends a burst, and ends its side. */
const bursting = Bun.listen<{ left: number }>({
  hostname: "127.0.0.1",
  port: 0,
  tls: { cert: Bun.file(bank.cert), key: Bun.file(bank.key) },
  socket: {
    open: (socket) => {
      socket.data = { left: 0 };
    },
    data: (socket) => {
      socket.data.left = burstBytes;
      socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: burst\r\nConnection: Upgrade\r\n\r\n");
      burst(socket);
    },
    drain: (socket) => burst(socket),
  },
});

function burst(socket: Socket<{ left: number }>): void {
  const block = Buffer.alloc(262_144, "z");
  while (socket.data.left > 0) {
    const written = socket.write(block, 0, Math.min(block.length, socket.data.left));
    if (written <= 0) return;
    socket.data.left -= written;
    if (socket.data.left === 0) socket.end();
  }
}

let process: RunningSallyport;

beforeAll(async () => {
  mkdirSync(policies);
  await copyFile(bank.cert, join(policies, "bank.crt"));
  writeFileSync(
    join(policies, "apps.policy"),
    `app plain { hosts plain.example origin http://127.0.0.1:${plain.port} }
app secure { hosts secure.example origin https://127.0.0.1:${secure.port} ca "bank.crt" sni "bank.internal" }
app burst { hosts burst.example origin https://127.0.0.1:${bursting.port} ca "bank.crt" sni "bank.internal" }
${blocking}`,
  );
  process = await startSallyport({
    dataDir,
    args: [
      "--policies",
      policies,
      "--no-demo",
      "--tls-listen",
      "127.0.0.1:0",
      "--tls-cert",
      bank.cert,
      "--tls-key",
      bank.key,
    ],
  });
});

afterAll(async () => {
  await plain.stop(true);
  await secure.stop(true);
  bursting.stop(true);
  made.remove();
});

/** Memory of the process now, MB. */
function resident(): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process.pid}/status`, "utf8"));
  return Number(line?.[1]) / 1024;
}

async function connect(url: string, host: string): Promise<WebSocket> {
  const options = { headers: { Host: host }, tls: { rejectUnauthorized: false } };
  const socket = new WebSocket(url, options as unknown as string[]);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return socket;
}

const message = (number: number) => Buffer.alloc(megabyte, `${number}:${"sallyport".repeat(number % 7)}`);

/** Sends numbered messages of a megabyte, compares each echo, and gives the highest memory meanwhile. */
async function echo(socket: WebSocket): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let sent = 0;
  let received = 0;
  let highest = resident();
  const more = () => {
    while (sent < messages && sent - received < window) socket.send(message(sent++));
  };
  socket.onclose = () => reject(new Error(`closed after ${received} messages`));
  socket.onmessage = ({ data }) => {
    if (!message(received).equals(new Uint8Array(data as ArrayBuffer)))
      reject(new Error(`message ${received} is another`));
    received++;
    highest = Math.max(highest, resident());
    if (received === messages) resolve(highest);
    else more();
  };
  more();
  const most = await promise;
  socket.onclose = null;
  return most;
}

for (const host of ["plain.example", "secure.example"]) {
  test(`100 MB are echoed byte for byte in constant memory, over ${host === "plain.example" ? "HTTP" : "HTTPS on both sides"}`, async () => {
    const url = host === "plain.example" ? process.edgeUrl : process.tlsUrl!;
    const socket = await connect(`${url.replace(/^http/, "ws")}/echo`, host);
    // The allocator keeps what the first turns needed: growth after them would be a leak.
    const before = resident();
    const highest = await echo(socket);
    console.log(`resident before ${before.toFixed(0)} MB, highest ${highest.toFixed(0)} MB`);
    expect(highest - before).toBeLessThan(100);
    socket.close();
    const session = await signIn(process.consoleUrl, process.password);
    const event = await waitUntil(
      "the event is stored",
      async () => (await readEvents(session, { host, path: "/echo" }))[0],
    );
    expect(event.status).toBe(101);
    expect(event.decision).toBe("forward");
    expect(event.bytesIn).toBeGreaterThan(messages * megabyte);
    expect(event.bytesOut).toBeGreaterThan(messages * megabyte);
    expect(event.durationUs).toBeGreaterThan(10_000);
  });
}

test("an upgrade is judged like any request: a blocked one never reaches the origin", async () => {
  const before = upgradesAtOrigin;
  const raw = await connectRaw(Number(new URL(process.edgeUrl).port));
  raw.send(
    "GET /blocked HTTP/1.1\r\nHost: plain.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  );
  expect(await raw.until(/Reference: /)).toStartWith("HTTP/1.1 403 ");
  raw.close();
  expect(upgradesAtOrigin).toBe(before);
});

test("what a TLS origin sends before it ends its side reaches a slow client whole", async () => {
  const raw = await connectRaw(Number(new URL(process.edgeUrl).port));
  raw.send("GET /burst HTTP/1.1\r\nHost: burst.example\r\nUpgrade: burst\r\nConnection: Upgrade\r\n\r\n");
  await raw.until(/zzz/);
  raw.pause();
  await Bun.sleep(300);
  raw.resume();
  const { received, isClosed } = await raw.closed(10_000);
  expect(isClosed).toBe(true);
  expect(received.replace(/[^z]/g, "").length).toBe(burstBytes);
});

test("CONNECT is refused", async () => {
  const raw = await connectRaw(Number(new URL(process.edgeUrl).port));
  raw.send("CONNECT plain.example:443 HTTP/1.1\r\nHost: plain.example:443\r\n\r\n");
  expect(await raw.until(/\r\n\r\n/)).toStartWith("HTTP/1.1 405 ");
  raw.close();
});

test("a process that stops lets tunnels go on while it drains, closes them at the end, and still records them", async () => {
  const socket = await connect(`${process.edgeUrl.replace(/^http/, "ws")}/stopping`, "plain.example");
  const closed = new Promise<void>((resolve) => {
    socket.onclose = () => resolve();
  });
  const stopped = process.stop();
  await Bun.sleep(500);
  const answered = new Promise((resolve) => {
    socket.onmessage = ({ data }) => resolve(data);
  });
  socket.send("still here");
  expect(await answered).toBe("still here");
  await closed;
  await stopped;
  const next = await startSallyport({ dataDir, args: ["--policies", policies, "--no-demo"] });
  const session = await signIn(next.consoleUrl, process.password);
  const events = await readEvents(session, { host: "plain.example", path: "/stopping" });
  expect(events.map(({ status }) => status)).toEqual([101]);
  expect(events[0]!.durationUs).toBeGreaterThan(5_000_000);
  await next.stop();
});
