/** Policies as clients and origins feel them: real sets, real state, raw bytes on both sides. */
import { afterEach, expect, test } from "bun:test";
import { compilePolicies, linkPolicies } from "../dsl/index.ts";
import { connectRaw } from "../test/support/raw-client.ts";
import { answerWith, type RawOrigin, startRawOrigin } from "../test/support/raw-origin.ts";
import { type EdgeListener, listenEdge } from "./accept/edge-listener.ts";
import { scheme } from "./describe/field-table.ts";
import { GaugeStore } from "./gauge/gauge-store.ts";
import { OriginPools } from "./perform/origin-pools.ts";
import { edgeApp, Pipeline } from "./pipeline.ts";
import { EventClock } from "./record/event-clock.ts";
import type { Recorder } from "./record/recorder.ts";

const lists = { read: () => undefined };
let edge: EdgeListener | undefined;
let origin: RawOrigin | undefined;

afterEach(async () => {
  origin?.stop();
  await edge?.drain(0);
});

/** An edge with these policies on every route of one app. */
function start(policies: string): number {
  origin = startRawOrigin(answerWith("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  const text = `app a { route login POST /login }\n${policies}`;
  const { ir, diagnostics } = compilePolicies([{ name: "p.policy", text }], scheme, lists);
  if (!ir) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const gauges = new GaugeStore({ maxBytes: 8_000_000 });
  const set = linkPolicies(ir, scheme, { gauges, lists, salt: "salt" });
  const unknown = { asn: undefined, asName: undefined, country: undefined, networkClass: undefined };
  const pipeline = new Pipeline({
    policies: { live: { set, revision: 1, files: [], since: 0 } },
    networks: { find: () => unknown },
    origins: new OriginPools(origin.url),
    recorder: { finished: () => undefined, refused: () => undefined } as unknown as Recorder,
    clock: new EventClock(),
    trusted: [],
    fault: (error) => {
      throw error;
    },
  });
  const elysia = edgeApp(pipeline);
  edge = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve: (request) => void elysia.fetch(request as unknown as Request),
    refused: () => undefined,
    fault: (error) => {
      throw error;
    },
  });
  return edge.port;
}

/** One request on a connection of its own; the whole answer. */
async function ask(port: number, extra = ""): Promise<string> {
  const client = await connectRaw(port);
  client.send(`GET / HTTP/1.1\r\nHost: a\r\n${extra}\r\n`);
  const answer = await client.until(/\r\n\r\n[^]+$/);
  client.close();
  return answer;
}

test("marks reach the origin in one header, and those that a client forges do not", async () => {
  const port = start(`
    policy one on a { when { header x-odd present } then { mark "step-up" } }
    policy two on a { when { method = GET } then { mark "seen" } }
  `);
  await ask(port, "X-Odd: 1\r\nSallyport-Mark: trusted\r\n");
  await ask(port);
  const marks = origin?.requests.map(({ head }) => head.match(/^sallyport-mark: .*$/gim));
  expect(marks).toEqual([["Sallyport-Mark: step-up, seen"], ["Sallyport-Mark: seen"]]);
});

test("a tarpit delays the way to the origin, and a block", async () => {
  const port = start(`
    policy slow on a { when { header x-slow present } then { tarpit 80ms } }
    policy stop on a { when { header x-stop present } then { block 403 } }
  `);
  const times: number[] = [];
  for (const extra of ["", "X-Slow: 1\r\n", "X-Slow: 1\r\nX-Stop: 1\r\n"]) {
    const startedAt = performance.now();
    const answer = await ask(port, extra);
    expect(answer).toStartWith(extra.includes("Stop") ? "HTTP/1.1 403" : "HTTP/1.1 200");
    times.push(performance.now() - startedAt);
  }
  expect(times[0]).toBeLessThan(70);
  expect(times[1]).toBeGreaterThanOrEqual(78);
  expect(times[2]).toBeGreaterThanOrEqual(78);
});

test("a request with a body waits in the tarpit and arrives whole", async () => {
  const port = start("policy slow on a { when { method = POST } then { tarpit 50ms } }");
  const client = await connectRaw(port);
  client.send(`POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234`);
  await Bun.sleep(10);
  client.send("56789");
  expect(await client.until(/ok$/)).toStartWith("HTTP/1.1 200");
  expect(origin?.requests[0]?.body.toString()).toBe("0123456789");
  client.close();
});

test("a client that leaves the tarpit is never forwarded", async () => {
  const port = start("policy slow on a { when { method = GET } then { tarpit 60ms } }");
  const client = await connectRaw(port);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await Bun.sleep(20);
  client.close();
  await Bun.sleep(90);
  expect(origin?.requests).toEqual([]);
});

test("over its rate a key gets 429 and the time to wait, and the origin nothing", async () => {
  const port = start("policy often on a { then { ratelimit 2 per 10s by ip.net } }");
  const answers = [await ask(port), await ask(port), await ask(port)];
  expect(answers.map((answer) => answer.slice(9, 12))).toEqual(["200", "200", "429"]);
  expect(Number(/^retry-after: (\d+)\r$/im.exec(answers[2] ?? "")?.[1])).toBeGreaterThan(0);
  expect(origin?.requests).toHaveLength(2);
});

test("a held address stays stopped after its reason is gone, and only for the time of the hold", async () => {
  const port = start(
    "policy odd on a { when { header x-odd present } then { block 403  hold ip.net for 1s } }",
  );
  expect(await ask(port)).toStartWith("HTTP/1.1 200");
  expect(await ask(port, "X-Odd: 1\r\n")).toStartWith("HTTP/1.1 403");
  expect(await ask(port)).toStartWith("HTTP/1.1 403");
  await Bun.sleep(1200);
  expect(await ask(port)).toStartWith("HTTP/1.1 200");
});
