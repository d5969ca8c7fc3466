import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { EventPacker, maxEventBytes, unpackEvents } from "./event-buffer.ts";
import { type EventRow, eventDecisions } from "./event-row.ts";

// Whole UTF-16 code units: every control character, every lone surrogate.
const hostile = (limit: number) =>
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: limit })
    .map((units) => String.fromCharCode(...units));
const latin = (limit: number) =>
  fc
    .array(fc.integer({ min: 0, max: 0xff }), { maxLength: limit })
    .map((units) => String.fromCharCode(...units));
const text = (limit: number) => fc.oneof(hostile(limit), latin(limit), fc.constant(""));
const maybe = (limit: number) => fc.option(text(limit), { nil: undefined });
const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const word = fc.integer({ min: 0, max: 0xfffffffe });

const anyRow: fc.Arbitrary<EventRow> = fc.record({
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
  ip: text(45),
  asn: fc.option(word, { nil: undefined }),
  asName: maybe(128),
  country: maybe(16),
  networkClass: maybe(32),
  skeleton: maybe(64),
  shape: maybe(64),
  userAgent: maybe(256),
  accountHash: maybe(64),
  outcome: maybe(128),
  bytesIn: size,
  bytesOut: size,
  receipt: maybe(2000),
});

test("what is packed comes back unchanged, lone surrogates and control characters included", () => {
  fc.assert(
    fc.property(fc.array(anyRow, { minLength: 1, maxLength: 4 }), (rows) => {
      const packer = new EventPacker(new ArrayBuffer(64 * 1024));
      for (const row of rows) expect(packer.add(row)).toBe(true);
      const count = packer.rows;
      expect(unpackEvents(packer.take(new ArrayBuffer(0)), count)).toEqual(rows);
    }),
    { numRuns: 300 },
  );
});

test("an event that might not fit is refused whole and the buffer keeps what it had", () => {
  const row = fc.sample(anyRow, { numRuns: 1, seed: 7 })[0]!;
  const packer = new EventPacker(new ArrayBuffer(maxEventBytes + 4000));
  expect(packer.add({ ...row, receipt: undefined })).toBe(true);
  const used = packer.usedBytes;
  expect(packer.add({ ...row, receipt: "x".repeat(4000) })).toBe(false);
  expect(packer.usedBytes).toBe(used);
  expect(packer.rows).toBe(1);
});

test("overlong texts are cut, and an overlong receipt stays valid JSON", () => {
  const row = fc.sample(anyRow, { numRuns: 1, seed: 7 })[0]!;
  const packer = new EventPacker(new ArrayBuffer(256 * 1024));
  packer.add({
    ...row,
    path: `/${"é".repeat(500)}`,
    userAgent: "☠".repeat(500),
    receipt: "x".repeat(40_000),
  });
  const [back] = unpackEvents(packer.take(new ArrayBuffer(0)), 1);
  expect(back?.path).toBe(`/${"é".repeat(255)}`);
  expect(back?.userAgent).toBe("☠".repeat(256));
  expect(JSON.parse(back?.receipt ?? "")).toEqual({ labels: [], matches: [], isCut: true });
});
