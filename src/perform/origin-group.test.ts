import { afterEach, expect, test } from "bun:test";
import { connectRaw } from "../../test/support/raw-client.ts";
import { answerWith, startRawOrigin } from "../../test/support/raw-origin.ts";
import { type EdgeListener, listenEdge } from "../accept/edge-listener.ts";
import { type ForwardResult, forward } from "./forward.ts";
import { OriginPools } from "./origin-pools.ts";

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const running: { stop(): void | Promise<void> }[] = [];

afterEach(async () => {
  for (const part of running.splice(0)) await part.stop();
});

/** A port on which nobody listens. */
function deadUrl(): string {
  const origin = startRawOrigin(answerWith(ok));
  origin.stop();
  return origin.url;
}

/** An edge before these origins; the first is always the first choice. */
function startEdge(origin: readonly string[]): {
  readonly edge: EdgeListener;
  readonly results: ForwardResult[];
} {
  const pools = new OriginPools(undefined, { random: () => 0 });
  const group = pools.of({ origin, weights: [], hosts: [] });
  const results: ForwardResult[] = [];
  const edge = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve: (request) =>
      forward(request, group!, "REQUEST-ID", [], {
        answered: () => undefined,
        done: (result) => results.push(result),
      }),
    refused: () => undefined,
    fault: console.error,
  });
  running.push({ stop: () => pools.close() }, { stop: () => edge.drain(0) });
  return { edge, results };
}

test("a POST whose origin cannot be reached goes to another one, whole and once", async () => {
  const alive = startRawOrigin((request, socket) => {
    if (request.body.length === 5) answerWith(ok)(request, socket, false);
  });
  running.push(alive);
  const { edge, results } = startEdge([deadUrl(), alive.url]);
  const client = await connectRaw(edge.port);
  client.send("POST /pay HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nmoney");
  expect(await client.until(/ok$/)).toBe(ok);
  expect(alive.requests.map(({ body }) => body.toString())).toEqual(["money"]);
  expect(results).toEqual([{ status: 200, failure: undefined }]);
  client.close();
});

test("a POST that an origin has begun to read goes nowhere else", async () => {
  const rude = startRawOrigin((_request, socket) => void socket.end());
  const alive = startRawOrigin(answerWith(ok));
  running.push(rude, alive);
  const { edge } = startEdge([rude.url, alive.url]);
  const client = await connectRaw(edge.port);
  client.send("POST /pay HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nmoney");
  expect(await client.until(/REQUEST-ID\n$/)).toStartWith("HTTP/1.1 502 ");
  expect(alive.requests).toEqual([]);
  client.close();
});

test("all origins dead: every request is answered at once, however many come, and few of them are tried", async () => {
  const { edge, results } = startEdge([deadUrl(), deadUrl(), deadUrl(), deadUrl()]);
  const clients = await Promise.all(Array.from({ length: 50 }, () => connectRaw(edge.port)));
  const began = performance.now();
  for (const client of clients) client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const answers = await Promise.all(clients.map((client) => client.until(/REQUEST-ID\n$/)));
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(answers.filter((answer) => !answer.startsWith("HTTP/1.1 502 "))).toEqual([]);
  expect(results.length).toBe(50);
  for (const client of clients) client.close();
});
