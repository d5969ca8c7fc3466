import { afterEach, expect, test } from "bun:test";
import type { AppSummary, Place } from "../dsl/index.ts";
import { connectRaw } from "../test/support/raw-client.ts";
import { answerWith, type RawOrigin, startRawOrigin } from "../test/support/raw-origin.ts";
import { type EdgeListener, listenEdge } from "./accept/edge-listener.ts";
import type { Facts } from "./describe/facts.ts";
import { OriginPools } from "./perform/origin-pools.ts";
import { edgeApp, Pipeline } from "./pipeline.ts";
import { EventClock } from "./record/event-clock.ts";
import type { Recorder } from "./record/recorder.ts";

const app: AppSummary = {
  name: "a",
  hosts: ["*"],
  tags: [],
  origin: [],
  weights: [],
  failsClosed: false,
  routes: [],
};
let edge: EdgeListener | undefined;
let origin: RawOrigin | undefined;

afterEach(async () => {
  origin?.stop();
  await edge?.drain(0);
});

/** An edge whose policies and recorder fail wherever they are told to. */
function start(
  bucket: Partial<Place<Facts>["bucket"]>,
  finished: () => void,
  ofApp = app,
): { port: number; faults: string[] } {
  origin = startRawOrigin(answerWith("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  const faults: string[] = [];
  const place = {
    app: ofApp,
    route: undefined,
    tags: [],
    pathParameters: {},
    needsBody: false,
    choose: undefined,
    front: undefined,
    bucket: {
      needsBody: false,
      event: "login",
      identify: () => ({}),
      observe: () => undefined,
      judge: () => ({ action: { kind: "allow" }, decider: undefined, matches: [], labels: [] }),
      outcome: () => ({ event: "login", kind: "success" }),
      settle: () => undefined,
      ended: () => undefined,
      needsResponseBody: () => false,
      issuedSession: () => undefined,
      ...bucket,
    },
  } as Place<Facts>;
  const set = {
    hash: "",
    policies: [],
    apps: [ofApp],
    messaging: { webhooks: [], channels: [], smtp: undefined },
    safety: () => [],
    costs: () => [],
    frozen: () => [],
    place: () => place,
  };
  const unknown = { asn: undefined, asName: undefined, country: undefined, networkClass: undefined };
  const pipeline = new Pipeline({
    policies: { live: { set, revision: 1, files: [], since: 0 } },
    networks: { find: () => unknown },
    origins: new OriginPools(origin.url),
    recorder: { finished, refused: () => undefined } as unknown as Recorder,
    clock: new EventClock(),
    trusted: [],
    fault: (error) => faults.push(String(error)),
  });
  const elysia = edgeApp(pipeline);
  edge = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve: (request) => void elysia.fetch(request as unknown as Request),
    refused: () => undefined,
    fault: (error) => faults.push(`edge: ${String(error)}`),
  });
  return { port: edge.port, faults };
}

function fail(): never {
  throw new Error("bug");
}

const stages = ["identify", "observe", "judge", "outcome", "settle"] as const;
for (const stage of stages) {
  test(`a bug in ${stage} lets the request through and is told`, async () => {
    const { port, faults } = start({ [stage]: fail }, () => undefined);
    const client = await connectRaw(port);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(await client.until(/ok$/)).toEndWith("ok");
    expect(faults).toEqual(["Error: bug"]);
    client.close();
  });
}

test("a bug in recording costs the client nothing", async () => {
  const { port, faults } = start({}, fail);
  const client = await connectRaw(port);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  expect(await client.until(/ok[^]*ok$/)).toMatch(/ok[^]*ok$/);
  expect(faults).toEqual(["Error: bug", "Error: bug"]);
  client.close();
});

test("a bug in judging keeps the request from an origin whose app fails closed", async () => {
  const { port, faults } = start({ judge: fail }, () => undefined, { ...app, failsClosed: true });
  const client = await connectRaw(port);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  expect(await client.until(/\r\n\r\n/)).toStartWith("HTTP/1.1 503 ");
  expect([faults, origin?.requests.length]).toEqual([["Error: bug"], 0]);
  client.close();
});
