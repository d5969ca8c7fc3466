import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { GaugeStore } from "./gauge-store.ts";

const start = 1_700_000_000_000;
const seed = new Uint8Array(8).fill(3);

function restarted(store: GaugeStore, now: number): GaugeStore {
  const next = new GaugeStore({ maxBytes: 1 << 20, seed });
  expect(next.restore(Buffer.concat(store.snapshot(now)), now)).toBeUndefined();
  return next;
}

const stream = fc.array(
  fc.record({
    key: fc.constantFrom("a", "b"),
    gap: fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 5000 })),
    what: fc.constantFrom("do", "do", "do", "undo"),
  }),
  { maxLength: 150, size: "max" },
);

test("a hold lasts exactly its time from the last renewal, over a restart too", () => {
  fc.assert(
    fc.property(stream, fc.constantFrom(100, 1200, 60_000), (events, forMs) => {
      const spec = { id: "h", name: "h", forMs };
      let store = new GaugeStore({ maxBytes: 1 << 20, seed });
      let hold = store.openHold(spec);
      const until = new Map<string, number>();
      let now = start;
      for (const [index, { key, gap, what }] of events.entries()) {
        now += gap;
        if (index === events.length >>> 1) {
          store = restarted(store, now);
          hold = store.openHold(spec);
        }
        for (const one of ["a", "b"]) expect(hold.isHeld(one, now)).toBe(now < (until.get(one) ?? 0));
        if (what === "do") hold.hold(key, now);
        else hold.release(key, now);
        until.set(key, what === "do" ? now + forMs : 0);
        expect(hold.isHeld(key, now)).toBe(what === "do");
      }
    }),
    { numRuns: 150 },
  );
});

test("a hold of 60 days ends within a few milliseconds of its time", () => {
  const forMs = 60 * 86_400_000;
  const hold = new GaugeStore({ maxBytes: 1 << 20, seed }).openHold({ id: "h", name: "h", forMs });
  hold.hold("k", start);
  expect(hold.isHeld("k", start + forMs - 10)).toBe(true);
  expect(hold.isHeld("k", start + forMs + 10)).toBe(false);
});

test("a flood of holds does not release a key that is held again and again", () => {
  const hold = new GaugeStore({ maxBytes: 1 << 20, seed }).openHold({ id: "h", name: "h", forMs: 1_800_000 });
  for (let flood = 0; flood < 200_000; flood++) {
    hold.hold(`random${flood}`, start + flood);
    if (flood % 5000 === 0) hold.hold("slow", start + flood);
  }
  expect(hold.isHeld("slow", start + 200_000)).toBe(true);
  // The newest find room at the cost of those that end soonest.
  let held = 0;
  for (let flood = 199_000; flood < 200_000; flood++)
    if (hold.isHeld(`random${flood}`, start + 200_000)) held++;
  expect(held).toBeGreaterThan(900);
  expect(hold.isSaturated(start + 200_000)).toBe(true);
});

test("a rate limit never passes more than it says, and all that stays below it for a twelfth longer", () => {
  fc.assert(
    fc.property(
      stream,
      fc.constantFrom(120, 1200, 12_000),
      fc.integer({ min: 1, max: 6 }),
      (events, windowMs, limit) => {
        const spec = { id: "r", name: "r", limit, windowMs };
        let store = new GaugeStore({ maxBytes: 1 << 20, seed });
        let rate = store.openRate(spec);
        const passed: { key: string; at: number }[] = [];
        let now = start;
        for (const [index, { key, gap }] of events.entries()) {
          now += gap;
          if (index === events.length >>> 1) {
            store = restarted(store, now);
            rate = store.openRate(spec);
          }
          const lately = (span: number) =>
            passed.filter((one) => one.key === key && one.at > now - span).length;
          const isOver = rate.isOver(key, now);
          const wait = rate.waitMs(key, now);
          const isPassed = rate.take(key, now);
          expect(isPassed).toBe(!isOver);
          expect(isPassed).toBe(wait === 0);
          if (isPassed) {
            expect(lately(windowMs)).toBeLessThan(limit);
            passed.push({ key, at: now });
          } else {
            expect(lately((windowMs * 13) / 12)).toBeGreaterThanOrEqual(limit);
            expect(rate.isOver(key, now + wait - 0.01)).toBe(true);
            now += wait;
            expect(rate.isOver(key, now + 0.001)).toBe(false);
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("a limit of nothing passes nothing", () => {
  const rate = new GaugeStore({ maxBytes: 1 << 20 }).openRate({
    id: "r",
    name: "r",
    limit: 0,
    windowMs: 1000,
  });
  expect(rate.isOver("k", start)).toBe(true);
  expect(rate.take("k", start)).toBe(false);
});
