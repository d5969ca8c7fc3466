import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { EventPacker, maxEventBytes, unpackEvents } from "./event-buffer.ts";
import { anyEvent, sampleEvent } from "./sample-event.ts";

test("what is packed comes back unchanged, lone surrogates and control characters included", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 4 }), (rows) => {
      const packer = new EventPacker(new ArrayBuffer(64 * 1024));
      for (const row of rows) expect(packer.add(row)).toBe(true);
      const count = packer.rows;
      expect(unpackEvents(packer.take(new ArrayBuffer(0)), count)).toEqual(rows);
    }),
    { numRuns: 300 },
  );
});

test("an event that might not fit is refused whole and the buffer keeps what it had", () => {
  const packer = new EventPacker(new ArrayBuffer(maxEventBytes + 4000));
  expect(packer.add(sampleEvent())).toBe(true);
  const used = packer.usedBytes;
  expect(packer.add(sampleEvent({ receipt: "x".repeat(4000) }))).toBe(false);
  expect(packer.usedBytes).toBe(used);
  expect(packer.rows).toBe(1);
});

test("overlong texts are cut, and an overlong receipt stays valid JSON", () => {
  const packer = new EventPacker(new ArrayBuffer(256 * 1024));
  packer.add(
    sampleEvent({
      path: `/${"é".repeat(500)}`,
      userAgent: "☠".repeat(500),
      receipt: "x".repeat(40_000),
    }),
  );
  const [back] = unpackEvents(packer.take(new ArrayBuffer(0)), 1);
  expect(back?.path).toBe(`/${"é".repeat(255)}`);
  expect(back?.userAgent).toBe("☠".repeat(256));
  expect(JSON.parse(back?.receipt ?? "")).toEqual({ labels: [], matches: [], isCut: true });
});

test("a text that comes again comes back the same, cut for each place by itself", () => {
  const packer = new EventPacker(new ArrayBuffer(256 * 1024));
  const long = "☠".repeat(300);
  const rows = [
    sampleEvent({ app: long, userAgent: long, host: "a", country: "a" }),
    sampleEvent({ app: "a", userAgent: long, host: long, country: long }),
  ];
  for (const row of rows) packer.add(row);
  const back = unpackEvents(packer.take(new ArrayBuffer(256 * 1024)), 2);
  expect(back.map(({ app, host, country }) => [app.length, host.length, country?.length])).toEqual([
    [128, 1, 1],
    [1, 255, 16],
  ]);
  expect(back.map((row) => row.userAgent)).toEqual(["☠".repeat(256), "☠".repeat(256)]);
  packer.add(rows[0]!);
  expect(unpackEvents(packer.take(new ArrayBuffer(0)), 1)[0]?.host).toBe("a");
});

test("a repeated text costs a buffer two bytes", () => {
  const packer = new EventPacker(new ArrayBuffer(256 * 1024));
  const row = sampleEvent({ userAgent: "x".repeat(200) });
  packer.add(row);
  const first = packer.usedBytes;
  packer.add(row);
  expect(packer.usedBytes - first).toBeLessThan(first - 200);
});
