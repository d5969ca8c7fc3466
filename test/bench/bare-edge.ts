/**
 * Sallyport's data path and nothing else, as a process of its own: `bun bare-edge.ts PORT TLS-PORT ORIGIN-URL CERT KEY`.
 * Listener, Elysia app, pipeline and upstream client are the real ones; there is one app without policies, no
 * network data, and nothing is recorded.
 */
import type { Bucket, Decision, Place, PolicySet } from "../../dsl/index.ts";
import { listenEdge } from "../../src/accept/edge-listener.ts";
import { Certificates } from "../../src/accept/tls/certificates.ts";
import type { Facts } from "../../src/describe/facts.ts";
import { OriginPools } from "../../src/perform/origin-pools.ts";
import { edgeApp, Pipeline } from "../../src/pipeline.ts";
import { AccountKey } from "../../src/record/account-key.ts";
import { EventClock } from "../../src/record/event-clock.ts";
import { Recorder } from "../../src/record/recorder.ts";

const [port = "", tlsPort = "", origin = "", cert = "", key = ""] = process.argv.slice(2);

const letThrough: Decision = { action: { kind: "allow" }, decider: undefined, matches: [], labels: [] };
const bucket: Bucket<Facts> = {
  needsBody: false,
  event: undefined,
  identify: () => ({}),
  observe: () => undefined,
  judge: () => letThrough,
  explain: () => [],
  outcome: () => undefined,
  clusters: () => [],
  clusterOf: () => undefined,
  settle: () => undefined,
  ended: () => undefined,
  needsResponseBody: () => false,
  issuedSession: () => undefined,
};
const app = { name: "bench", hosts: [], tags: [], origin: [], weights: [], failsClosed: false, routes: [] };
const place: Place<Facts> = {
  app,
  route: undefined,
  tags: [],
  pathParameters: {},
  bucket,
  needsBody: false,
  choose: undefined,
  front: undefined,
};
const noPolicies: PolicySet<Facts> = {
  hash: "",
  policies: [],
  messaging: { webhooks: [], channels: [], smtp: undefined },
  apps: [app],
  safety: () => [],
  costs: () => [],
  frozen: () => [],
  place: () => place,
};

const unknownNetwork = { asn: undefined, asName: undefined, country: undefined, networkClass: undefined };

class SilentRecorder extends Recorder {
  override finished(): void {
    // Recording is what the whole process is measured for.
  }
}

const noEvents = {
  append: () => undefined,
  flush: () => Promise.resolve(),
  pressure: () => ({ outstandingBytes: 0, maxOutstandingBytes: 1, isSampling: false, droppedEvents: 0 }),
};

const pipeline = new Pipeline({
  policies: { live: { set: noPolicies, revision: 1, files: [], since: Date.now() } },
  networks: { find: () => unknownNetwork },
  origins: new OriginPools(origin),
  recorder: new SilentRecorder(noEvents, new AccountKey(new Uint8Array(32))),
  clock: new EventClock(),
  trusted: [],
  fault: (error) => console.error(error),
});
const elysia = edgeApp(pipeline);
listenEdge({
  hostname: "127.0.0.1",
  port: Number(port),
  tls: {
    hostname: "127.0.0.1",
    port: Number(tlsPort),
    way: "same_socket",
    alpn: ["h2", "http/1.1"],
    certificates: new Certificates({ files: [{ cert, key }], pollMs: 0 }),
    clientCertificates: undefined,
    refused: (reason) => console.error(reason),
  },
  trusted: [],
  serve: (request) => void elysia.fetch(request as unknown as Request),
  refused: (connection, refusal) => pipeline.refused(connection, refusal),
  fault: console.error,
});
