/** Events for this folder's tests. */
import * as fc from "fast-check";
import { type EventRow, eventDecisions, eventIdsPerMs } from "./event-row.ts";

/** An ordinary event with the given differences. */
export function sampleEvent(differences: Partial<EventRow> = {}): EventRow {
  return {
    id: 1_790_000_000_000 * eventIdsPerMs,
    durationUs: 1234,
    app: "shop",
    route: "login",
    method: "POST",
    host: "shop.example",
    path: "/login",
    status: 200,
    decision: "forward",
    decider: undefined,
    revision: 1,
    ip: "203.0.113.77",
    asn: 64_500,
    asName: "Example Net",
    country: "DE",
    networkClass: "isp",
    skeleton: "s1:0123456789abcdef",
    shape: undefined,
    stack: undefined,
    ja4: undefined,
    headerVector: undefined,
    stackVector: undefined,
    shapeVector: undefined,
    userAgent: "Mozilla/5.0",
    accountHash: undefined,
    outcome: undefined,
    bytesIn: 300,
    bytesOut: 5000,
    receipt: undefined,
    ...differences,
  };
}

// Whole UTF-16 code units: every control character, every lone surrogate.
function units(limit: number, max: number): fc.Arbitrary<string> {
  return fc
    .array(fc.integer({ min: 0, max }), { maxLength: limit })
    .map((codes) => String.fromCharCode(...codes));
}

const text = (limit: number) => fc.oneof(units(limit, 0xffff), units(limit, 0xff), fc.constant("12"));
const maybe = (limit: number) => fc.option(text(limit), { nil: undefined });
const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const word = fc.integer({ min: 0, max: 0xfffffffe });

/** Any event at all, with whatever an attacker may send in its texts. */
export const anyEvent: fc.Arbitrary<EventRow> = fc.record({
  id: size,
  durationUs: word,
  app: text(128),
  route: maybe(128),
  method: text(32),
  host: text(255),
  path: text(256),
  status: fc.integer({ min: 0, max: 999 }),
  decision: fc.constantFrom(...eventDecisions),
  decider: maybe(128),
  revision: word,
  ip: fc.oneof(fc.ipV4(), fc.ipV6(), text(45)),
  asn: fc.option(word, { nil: undefined }),
  asName: maybe(128),
  country: maybe(16),
  networkClass: maybe(32),
  skeleton: maybe(64),
  shape: maybe(64),
  stack: maybe(64),
  ja4: maybe(64),
  headerVector: maybe(1024),
  stackVector: maybe(128),
  shapeVector: maybe(128),
  userAgent: maybe(256),
  accountHash: fc.option(
    fc.oneof(
      text(64),
      fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString("hex")),
    ),
    { nil: undefined },
  ),
  outcome: maybe(128),
  bytesIn: size,
  bytesOut: size,
  receipt: maybe(2000),
});
