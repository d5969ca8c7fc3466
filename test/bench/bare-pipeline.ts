/** Sallyport's data path and nothing else: no policies, nothing recorded. */
import type { Bucket, Decision, Place, PolicySet } from "../../dsl/index.ts";
import type { Facts } from "../../src/describe/facts.ts";
import { OriginPools } from "../../src/perform/origin-pools.ts";
import { Pipeline } from "../../src/pipeline.ts";
import { AccountKey } from "../../src/record/account-key.ts";
import { EventClock } from "../../src/record/event-clock.ts";
import { Recorder } from "../../src/record/recorder.ts";

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
  clustersOf: () => [],
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

/** A pipeline to an origin. */
export function barePipeline(origin: string): Pipeline {
  return new Pipeline({
    policies: { live: { set: noPolicies, revision: 1, files: [], since: Date.now() } },
    networks: { find: () => unknownNetwork },
    origins: new OriginPools(origin),
    recorder: new SilentRecorder(noEvents, new AccountKey(new Uint8Array(32))),
    clock: new EventClock(),
    trusted: [],
    fault: (error) => console.error(error),
  });
}
