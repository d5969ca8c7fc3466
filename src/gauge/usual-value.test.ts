import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { GaugeStore } from "./gauge-store.ts";
import { addReading, histogramWords, medianReading } from "./hour-histogram.ts";
import type { UsualValue } from "./usual-value.ts";

const hour = 3_600_000;
const minute = 60_000;
const day = 24 * hour;
const week = 7 * day;
const start = Math.floor(1_700_000_000_000 / week) * week;
const seed = new Uint8Array(8).fill(3);
const spec = { id: "u", name: "fail_share", windowMs: 10 * minute, floor: 0.001, prior: undefined };
/** Half a step of the histogram. */
const tolerance = 2 ** (1 / 32) + 1e-6;

function baselineOf(more: { prior?: number; floor?: number } = {}): UsualValue {
  return new GaugeStore({ maxBytes: 1 << 20, seed }).openBaseline({ ...spec, ...more });
}

/** Feeds readings, every 10 minutes from a handful of keys, as a function of time. */
function feed(usual: UsualValue, from: number, to: number, valueAt: (now: number) => number): void {
  for (let now = from; now < to; now += 10 * minute) {
    for (let key = 0; key < 5; key++) usual.observe(`k${key}`, valueAt(now), now, false);
  }
}

test("the median of an hour is right within half a step of the histogram", () => {
  const reading = fc.oneof(fc.constant(0), fc.double({ min: 1e-4, max: 1e9, noNaN: true }));
  fc.assert(
    fc.property(fc.array(reading, { minLength: 3, maxLength: 99 }), (readings) => {
      const words = new Uint32Array(histogramWords);
      for (const value of readings) addReading(words, value);
      const exact = readings.sort((one, other) => one - other)[(readings.length - 1) >>> 1] ?? 0;
      const median = medianReading(words, 3) ?? Number.NaN;
      if (exact === 0) expect(median).toBe(0);
      else expect(Math.max(median / exact, exact / median)).toBeLessThan(tolerance);
    }),
  );
});

describe("falls back", () => {
  test("on the prior, or nothing, until half a day is known; then on all hours", () => {
    for (const prior of [undefined, 0.3]) {
      const usual = baselineOf(prior === undefined ? {} : { prior });
      expect(usual.usual(start)).toBe(prior);
      feed(usual, start, start + 12 * hour, () => 0.05);
      expect(usual.usual(start + 11 * hour)).toBe(prior);
      expect(usual.support(start + 11 * hour).source).toBe(prior === undefined ? "none" : "prior");
      expect(usual.usual(start + 12 * hour)).toBeCloseTo(0.05, 2);
      expect(usual.support(start + 12 * hour)).toEqual({ source: "overall", hours: 12 });
    }
  });

  test("on the hour of day after three days, on the hour of week after three weeks", () => {
    const usual = baselineOf();
    const rhythm = (now: number) => {
      const isNight = Math.floor((now % day) / hour) < 6;
      const isWeekend = Math.floor((now - start) / day) % 7 >= 5;
      return (isNight ? 2 : 20) * (isWeekend ? 3 : 1);
    };
    feed(usual, start, start + 3 * day, rhythm);
    expect(usual.support(start + 3 * day + 2 * hour).source).toBe("hour_of_day");
    expect(usual.usual(start + 3 * day + 2 * hour)).toBeCloseTo(2, 0);
    expect(usual.usual(start + 3 * day + 12 * hour)).toBeCloseTo(20, 0);
    feed(usual, start + 3 * day, start + 5 * week, rhythm);
    const saturday = start + 5 * week + 5 * day;
    expect(usual.support(saturday + 12 * hour)).toEqual({ source: "hour_of_week", hours: 5 });
    const at = (now: number) => usual.usual(now) ?? 0;
    expect(at(start + 5 * week + day + 12 * hour) / 20).toBeCloseTo(1, 1);
    // Drift held the first weekends back; by now most of it is learnt.
    expect(at(saturday + 12 * hour)).toBeGreaterThan(45);
    expect(at(saturday + 2 * hour)).toBeLessThan(6 * tolerance);
  });
});

test("never reads less than its floor", () => {
  const usual = baselineOf({ floor: 2 });
  feed(usual, start, start + day, () => 0);
  expect(usual.usual(start + day)).toBe(2);
});

describe("an attack", () => {
  const quiet = 4 * week;

  test("that goes on for long raises what is usual by no more than the drift of each day", () => {
    const usual = baselineOf();
    feed(usual, start, start + quiet, () => 0.02);
    for (let days = 0; days < 14; days++) {
      const from = start + quiet + days * day;
      feed(usual, from, from + day, () => 0.95);
      expect(usual.usual(from + day) ?? 0).toBeLessThan(0.02 * tolerance * 1.25 ** (days + 1));
    }
  });

  test("of a minority of keys changes nothing, however many requests each sends", () => {
    const usual = baselineOf();
    for (let now = start; now < start + day; now += 10 * minute) {
      for (let request = 0; request < 500; request++)
        usual.observe(`bot${request % 4}`, 0.99, now + request, false);
      for (let key = 0; key < 10; key++) usual.observe(`k${key}`, 0.02, now + 600, false);
    }
    expect(usual.usual(start + day) ?? 0).toBeLessThan(0.02 * tolerance);
  });

  test("that is labelled is left out, and one that is recognised later can be forgotten", () => {
    const usual = baselineOf();
    for (let now = start; now < start + day; now += 10 * minute) {
      for (let key = 0; key < 50; key++) usual.observe(`bot${key}`, 0.99, now, true);
    }
    expect(usual.support(start + day)).toEqual({ source: "none", hours: 0 });
    feed(usual, start + day, start + 2 * day, () => 0.99);
    feed(usual, start + 2 * day, start + 2 * day + 12 * hour, () => 0.02);
    expect(usual.usual(start + 2 * day + 12 * hour) ?? 0).toBeGreaterThan(0.9);
    usual.forget(start + day, start + 2 * day - 1);
    expect(usual.usual(start + 2 * day + 12 * hour) ?? 0).toBeLessThan(0.02 * tolerance);
  });

  test("of the current hour is not usual yet", () => {
    const usual = baselineOf();
    feed(usual, start, start + day, () => 0.02);
    feed(usual, start + day, start + day + 50 * minute, () => 0.9);
    expect(usual.usual(start + day + 55 * minute) ?? 0).toBeLessThan(0.02 * tolerance);
  });
});

test("what is learnt outlives a restart, the open hour included", () => {
  const store = new GaugeStore({ maxBytes: 1 << 20, seed });
  const usual = store.openBaseline(spec);
  feed(usual, start, start + day + 30 * minute, (now) => 1 + Math.floor((now - start) / hour));
  const next = new GaugeStore({ maxBytes: 1 << 20, seed });
  expect(next.restore(Buffer.concat(store.snapshot(start + day)), start + day)).toBeUndefined();
  const restored = next.openBaseline(spec);
  expect(restored.words).toEqual(usual.words);
  expect(restored.usual(start + 26 * hour)).toBe(usual.usual(start + 26 * hour));
  expect(restored.support(start + 26 * hour).hours).toBe(25);
});
