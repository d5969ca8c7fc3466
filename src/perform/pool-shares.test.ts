/** A few slow clients do not keep an origin's connections from everybody else. */
import { afterEach, expect, test } from "bun:test";
import { connectRaw, type RawClient } from "../../test/support/raw-client.ts";
import { answerWith, type RawOrigin, startRawOrigin } from "../../test/support/raw-origin.ts";
import { parseCidr } from "../accept/cidr.ts";
import { type EdgeListener, listenEdge } from "../accept/edge-listener.ts";
import { parseIpAddress } from "../accept/ip-address.ts";
import { forward } from "./forward.ts";
import { PoolShares } from "./pool-shares.ts";
import { UpstreamPool } from "./upstream-pool.ts";

const total = 16;
const ok = answerWith("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
const trusted = [parseCidr("127.0.0.0/8")!];
const running: { edge: EdgeListener; pool: UpstreamPool; origin: RawOrigin; clients: RawClient[] }[] = [];

function start() {
  const origin = startRawOrigin((request, ...rest) => {
    if (request.head.startsWith("GET /quick")) ok(request, ...rest);
  });
  const pool = new UpstreamPool({ scheme: "http", hostname: "127.0.0.1", port: origin.port }, { total });
  const edge = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted,
    serve: (request) => forward(request, pool, "ID", trusted, { answered: () => {}, done: () => {} }),
    refused: () => {},
    fault: console.error,
  });
  const clients: RawClient[] = [];
  running.push({ edge, pool, origin, clients });
  return async (path: string, from?: string): Promise<RawClient> => {
    const client = await connectRaw(edge.port);
    clients.push(client);
    client.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n${from ? `X-Forwarded-For: ${from}\r\n` : ""}\r\n`);
    return client;
  };
}

afterEach(async () => {
  for (const { edge, pool, origin, clients } of running.splice(0)) {
    for (const client of clients) client.close();
    pool.close();
    origin.stop();
    await edge.drain(0);
  }
});

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isTrue(); turn++) await Bun.sleep(2);
  expect(isTrue()).toBe(true);
}

test("while there is room one network may hold more than its share; then it is told to wait and others are served", async () => {
  const ask = start();
  const { origin, pool } = running[0]!;
  const slow: RawClient[] = [];
  for (let index = 0; index < 9; index++) slow.push(await ask("/slow", "203.0.113.7"));
  await until(() => origin.requests.length === 9);
  const refused = await ask("/quick", "203.0.113.7");
  expect(await refused.until(/Reference/)).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: 5\r\n/s);
  expect(await (await ask("/quick", "203.0.113.8")).until(/ok$/)).toContain(" 200 OK");
  // The front itself, which names no client, stands for many.
  for (let index = 0; index < 3; index++) await ask("/slow");
  await until(() => origin.requests.length === 13);
  // Two of another network are its share.
  await ask("/slow", "2001:db8::1");
  await ask("/slow", "2001:db8::2");
  await until(() => origin.requests.length === 15);
  expect(await (await ask("/quick", "2001:db8::3")).until(/Reference/)).toContain(" 503 ");
  expect(await (await ask("/quick", "2001:db8:0:1::3")).until(/ok$/)).toContain(" 200 OK");
  // Who lets go may come again.
  for (const client of slow) client.close();
  await until(() => pool.open <= 8);
  expect(await (await ask("/quick", "203.0.113.7")).until(/ok$/)).toContain(" 200 OK");
});

test("shares are of networks, and what is let go is free again", () => {
  const [one, two, far] = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"].map((t) => parseIpAddress(t)!);
  const shares = new PoolShares(16, [one!]);
  shares.add(two!);
  expect([shares.admits(one!), shares.admits(far!)]).toEqual([false, true]);
  shares.remove(one!);
  expect(shares.admits(two!)).toBe(true);
  shares.remove(two!);
  shares.remove(two!);
  expect(shares.admits(one!)).toBe(true);
});
