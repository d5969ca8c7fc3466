/** The slow and the many: what one client may hold, and for how long. */
import { afterEach, describe, expect, test } from "bun:test";
import { parseCidr } from "../../../src/accept/cidr.ts";
import {
  type EdgeListener,
  type EdgeListenerOptions,
  listenEdge,
} from "../../../src/accept/edge-listener.ts";
import type { EdgeRequest } from "../../../src/accept/edge-request.ts";
import { defaultWaits } from "../../../src/accept/waits.ts";
import { connectRaw, type RawClient } from "../../support/raw-client.ts";
import { waitUntil } from "../../support/wait-until.ts";

const head = "Host: a.example\r\n";
const get = `GET / HTTP/1.1\r\n${head}\r\n`;
const networks = (...texts: string[]) => texts.map((text) => parseCidr(text)!);

const proxied = (source: string) => `PROXY TCP4 ${source} 198.51.100.1 1 2\r\n${get}`;

let listener: EdgeListener | undefined;
const clients: RawClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await listener?.drain(0);
  listener = undefined;
});

function edge(options: Partial<EdgeListenerOptions>, serve: (request: EdgeRequest) => void = answer) {
  const notes: string[] = [];
  listener = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve,
    refused: (_, { status }) => notes.push(`refused ${status}`),
    turnedAway: (reason, { text }) => notes.push(`${reason} ${text}`),
    fault: (error) => notes.push(String(error)),
    ...options,
  });
  return { port: listener.port, notes, listener };
}

function answer({ reply }: EdgeRequest): void {
  reply.write(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  reply.end();
}

/** Answers once the body is there. */
function answerAfterBody(request: EdgeRequest): void {
  request.body.pipe({ data: () => true, end: () => answer(request), abort: () => undefined });
}

async function open(port: number, ...bytes: string[]): Promise<RawClient> {
  const client = await connectRaw(port);
  clients.push(client);
  for (const some of bytes) client.send(some);
  return client;
}

/** A client whose request was answered and whose connection stays. */
async function idle(port: number): Promise<RawClient> {
  const client = await open(port, get);
  expect(await client.until(/ok$/)).toContain("200 OK");
  return client;
}

describe("connections of one address", () => {
  test("beyond the limit they are told to come back, and the others go on", async () => {
    const { port, notes, listener } = edge({ limits: { total: 100, perAddress: 2 } });
    const [first] = [await idle(port), await idle(port)];
    const third = await open(port, get);
    const { received, isClosed } = await third.closed();
    expect(isClosed).toBe(true);
    expect(received).toStartWith("HTTP/1.1 503 ");
    expect(received).toContain("Retry-After: ");
    expect(notes).toEqual(["too_many_of_address 127.0.0.1"]);
    first.send(get);
    expect(await first.until(/ok.*ok$/s)).toMatch(/200 OK.*200 OK/s);
    first.close();
    await waitUntil("one is gone", () => listener.openConnections === 1);
    await idle(port);
  });

  test("one that is turned away and says nothing is closed soon", async () => {
    const { port, listener } = edge({ limits: { total: 100, perAddress: 1 } });
    await idle(port);
    const silent = await open(port);
    expect(await silent.closed(2_500)).toEqual({ received: "", isClosed: true });
    await waitUntil("only the first is left", () => listener.openConnections === 1);
  });

  test("trusted fronts are exempt", async () => {
    const { port, notes } = edge({ limits: { total: 100, perAddress: 1 }, trusted: networks("127.0.0.0/8") });
    await Promise.all([idle(port), idle(port), idle(port)]);
    expect(notes).toEqual([]);
  });

  test("of fronts that speak PROXY, those that they name are counted", async () => {
    const { port, notes } = edge({ limits: { total: 100, perAddress: 1 }, proxied: networks("127.0.0.1") });
    const ask = async (source: string) => (await open(port, proxied(source))).until(/\r\n\r\n/);
    expect(await ask("192.0.2.1")).toContain("200 OK");
    expect(await ask("192.0.2.2")).toContain("200 OK");
    expect(await ask("192.0.2.1")).toContain("503 ");
    expect(await ask("127.0.0.1")).toContain("200 OK");
    expect(notes).toEqual(["too_many_of_address 192.0.2.1"]);
  });

  test("a flood is cut without an answer once enough are being answered, and leaves nothing behind", async () => {
    const { port, notes, listener } = edge({ limits: { total: 1_000, perAddress: 1 } });
    const customer = await idle(port);
    const flood = await Promise.all(Array.from({ length: 400 }, () => open(port, get)));
    await Promise.all(flood.map((one) => one.closed(4_000)));
    expect(notes.filter((note) => note === "too_many_of_address 127.0.0.1")).toHaveLength(400);
    await waitUntil("the flood is gone", () => listener.openConnections === 1);
    customer.send(get);
    expect(await customer.until(/ok.*ok$/s)).toMatch(/200 OK.*200 OK/s);
  });
});

describe("connections in all", () => {
  test("idle ones make room for newcomers, the oldest first", async () => {
    const { port, notes } = edge({ limits: { total: 3, perAddress: 100 } });
    const [first, second] = [await idle(port), await idle(port), await idle(port)];
    await Bun.sleep(1_100);
    await idle(port);
    expect((await first.closed(1_000)).isClosed).toBe(true);
    expect((await second.closed(100)).isClosed).toBe(false);
    expect(notes).toEqual([]);
  });

  test("when all are busy, newcomers are told to come back", async () => {
    const held: EdgeRequest[] = [];
    const { port, notes } = edge({ limits: { total: 2, perAddress: 100 } }, (request) => held.push(request));
    await open(port, get);
    await open(port, get);
    await waitUntil("both are served", () => held.length === 2);
    const third = await open(port, get);
    expect((await third.closed()).received).toStartWith("HTTP/1.1 503 ");
    expect(notes).toEqual(["full 127.0.0.1"]);
  });

  test("closing an idle connection cuts no answer that a slow client is still taking", async () => {
    const body = Buffer.alloc(6_000_000, 120);
    const { port, listener } = edge({}, ({ reply }) => {
      reply.write(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`));
      reply.write(body);
      reply.end();
    });
    const slow = await open(port);
    slow.pause();
    slow.send(get);
    await waitUntil("it is answered", () => listener.openConnections === 1);
    await Bun.sleep(50);
    const drained = listener.drain(5_000);
    await Bun.sleep(50);
    slow.resume();
    const { received } = await slow.closed(4_000);
    expect(received.length).toBeGreaterThan(body.length);
    await drained;
  });
});

describe("slow clients", () => {
  test("a body that comes in drops is given up, however regularly they fall", async () => {
    const { port, notes } = edge({ waits: { ...defaultWaits, body: 500 } }, answerAfterBody);
    const slow = await open(port, `POST / HTTP/1.1\r\n${head}Content-Length: 1000\r\n\r\n`);
    const drip = setInterval(() => slow.send("x"), 50);
    const { received } = await slow.closed(4_000);
    clearInterval(drip);
    expect(received).toStartWith("HTTP/1.1 408 ");
    expect(notes).toEqual(["refused 408"]);
  });

  test("a body that is slow but keeps the pace arrives", async () => {
    const { port, notes } = edge({ waits: { ...defaultWaits, body: 500 } }, answerAfterBody);
    const slow = await open(port, `POST / HTTP/1.1\r\n${head}Content-Length: 240\r\n\r\n`);
    for (let sent = 0; sent < 240; sent += 10) {
      slow.send("x".repeat(10));
      await Bun.sleep(50);
    }
    expect(await slow.until(/ok$/)).toContain("200 OK");
    expect(notes).toEqual([]);
  });

  test("a head that comes in drops is given up in all its time, however regularly they fall", async () => {
    const { port, notes } = edge({ waits: { ...defaultWaits, head: 400 } });
    const slow = await open(port, "GET / HTTP/1.1\r\n");
    const startedAt = performance.now();
    const drip = setInterval(() => slow.send("X-A: b\r\n"), 50);
    const { received } = await slow.closed(4_000);
    clearInterval(drip);
    expect(received).toStartWith("HTTP/1.1 408 ");
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(notes).toEqual(["refused 408"]);
  });
});
