import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Gauge, GaugeSpec } from "../../dsl/index.ts";
import { GaugeStore } from "./gauge-store.ts";
import { subBuckets } from "./window-clock.ts";

const megabyte = 1_048_576;
const start = 1_700_000_000_000;
const seed = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);

function spec(kind: GaugeSpec["kind"], windowMs: number): GaugeSpec {
  return { id: `${kind}${windowMs}`, name: `${kind}_over`, kind, windowMs };
}

function storeOf(maxBytes = 64 * megabyte): GaugeStore {
  return new GaugeStore({ maxBytes, seed });
}

/** Keeps everything and counts it anew at each reading. */
class NaiveGauge {
  readonly #seen: { key: string; value: string; at: number }[] = [];
  readonly #kind: GaugeSpec["kind"];

  constructor(kind: GaugeSpec["kind"]) {
    this.#kind = kind;
  }

  observe(key: string, value: string, at: number): void {
    this.#seen.push({ key, value, at });
  }

  /** Over the span (now - windowMs, now]. */
  read(key: string, now: number, windowMs: number): number {
    const within = this.#seen.filter((one) => one.key === key && one.at > now - windowMs);
    return this.#kind === "count" ? within.length : new Set(within.map(({ value }) => value)).size;
  }
}

/** A reading lies between the exact values of a window one sub-bucket shorter and one sub-bucket longer. */
function expectWithin(gauge: Gauge, naive: NaiveGauge, key: string, now: number, windowMs: number): void {
  const bucketMs = windowMs / subBuckets;
  const value = gauge.read(key, now);
  expect(value).toBeGreaterThanOrEqual(naive.read(key, now, windowMs - bucketMs));
  expect(value).toBeLessThanOrEqual(naive.read(key, now, windowMs + bucketMs));
}

const stream = fc.array(
  fc.record({
    key: fc.integer({ min: 0, max: 4 }).map(String),
    value: fc.integer({ min: 0, max: 30 }).map(String),
    // Mostly close together, sometimes a gap of windows.
    gap: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 400 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
    ),
  }),
  { maxLength: 300, size: "max" },
);

describe.each(["count", "distinct"] as const)("%s against an exact implementation", (kind) => {
  test("differs by no more than the oldest sub-bucket, whatever the stream", () => {
    fc.assert(
      fc.property(stream, fc.constantFrom(120, 1000, 12_000), (observations, windowMs) => {
        const gauge = storeOf().open(spec(kind, windowMs));
        const naive = new NaiveGauge(kind);
        let now = start;
        for (const { key, value, gap } of observations) {
          now += gap;
          gauge.observe(key, value, now);
          naive.observe(key, value, now);
          expectWithin(gauge, naive, key, now, windowMs);
        }
        for (const later of [0, windowMs / 3, windowMs, 2 * windowMs]) {
          for (const key of ["0", "1", "2", "3", "4"]) expectWithin(gauge, naive, key, now + later, windowMs);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("stays right for many keys that come and go, while shards grow and shrink", () => {
    const windowMs = 12_000;
    const store = storeOf();
    const gauge = store.open(spec(kind, windowMs));
    const naive = new NaiveGauge(kind);
    for (let index = 0; index < 40_000; index++) {
      const now = start + index * 2;
      gauge.observe(`k${index % 5000}`, String(index % 7), now);
      // The naive one only follows some keys, or it would take minutes.
      if (index % 5000 < 20) naive.observe(`k${index % 5000}`, String(index % 7), now);
    }
    for (let key = 0; key < 20; key++) expectWithin(gauge, naive, `k${key}`, start + 80_000, windowMs);
    expect(store.usage()[0]).toMatchObject({ keys: 5000, evicted: 0, saturated: false });
  });
});

describe("distinct beyond what is kept exactly", () => {
  const windowMs = 12_000;

  test.each([33, 100, 640, 1000, 5000, 50_000])(
    "%d values are estimated within four standard errors",
    (values) => {
      const gauge = storeOf().open(spec("distinct", windowMs));
      for (let value = 0; value < values; value++) gauge.observe("k", `user${value}`, start + (value % 900));
      for (let value = 0; value < values; value++) gauge.observe("k", `user${value}`, start + 900);
      const error = Math.abs((gauge.read("k", start + 900) ?? 0) - values) / values;
      expect(error).toBeLessThan(4 * 0.065);
    },
  );

  test("the mean error over many keys is small: no bias", () => {
    const gauge = storeOf().open(spec("distinct", windowMs));
    let sum = 0;
    for (let key = 0; key < 60; key++) {
      for (let value = 0; value < 700; value++) gauge.observe(`k${key}`, `${key}/${value}`, start);
      sum += (gauge.read(`k${key}`, start) ?? 0) / 700;
    }
    expect(Math.abs(sum / 60 - 1)).toBeLessThan(0.03);
  });

  test("values leave with the window", () => {
    const gauge = storeOf().open(spec("distinct", windowMs));
    const bucketMs = windowMs / subBuckets;
    for (let value = 0; value < 6000; value++) gauge.observe("k", `a${value}`, start + value);
    for (let value = 0; value < 500; value++) gauge.observe("k", `b${value}`, start + 9000 + value);
    const at = (now: number) => gauge.read("k", now) ?? Number.NaN;
    expect(Math.abs(at(start + 9500) - 6500)).toBeLessThan(6500 * 0.26);
    // All of a has left after a window and two sub-buckets more; b has not.
    const late = start + 6000 + windowMs + 2 * bucketMs;
    expect(Math.abs(at(late) - 500)).toBeLessThan(500 * 0.26);
    expect(at(start + 9500 + windowMs + 2 * bucketMs)).toBe(0);
  });

  test("a key that was quiet for long starts again from nothing", () => {
    const gauge = storeOf().open(spec("distinct", windowMs));
    for (let value = 0; value < 500; value++) gauge.observe("k", `a${value}`, start);
    gauge.observe("k", "b", start + 5 * windowMs);
    expect(gauge.read("k", start + 5 * windowMs)).toBe(1);
  });
});

describe("time", () => {
  test("never goes back", () => {
    const gauge = storeOf().open(spec("count", 1200));
    gauge.observe("k", "", start + 5000);
    gauge.observe("k", "", start);
    expect(gauge.read("k", start - 100_000)).toBe(2);
    expect(gauge.read("k", start + 5000)).toBe(2);
  });
});

describe("a store", () => {
  test("gives one gauge for one id, and forgets what is not retained", () => {
    const store = storeOf();
    const gauge = store.open(spec("count", 1000));
    gauge.observe("k", "", start);
    expect(store.open(spec("count", 1000)).read("k", start)).toBe(1);
    const other = store.open(spec("count", 2000));
    other.observe("k", "", start);
    store.retain(new Set(["count2000"]));
    expect(store.usage().map(({ name, keys }) => [name, keys])).toEqual([["count_over", 1]]);
    expect(store.open(spec("count", 1000)).read("k", start)).toBe(0);
    // A policy set on its way out may still hold the old one.
    for (let key = 0; key < 1000; key++) gauge.observe(String(key), "", start);
    expect(store.usage()).toHaveLength(2);
  });

  test("long texts are told apart by their ends and length", () => {
    const gauge = storeOf().open(spec("count", 1000));
    const texts = ["x".repeat(3000), "x".repeat(3001), `y${"x".repeat(2999)}`, `${"x".repeat(2999)}y`];
    for (const text of texts) gauge.observe(text, "", start);
    for (const text of texts) expect(gauge.read(text, start)).toBe(1);
  });
});

describe("at the bound of memory", () => {
  const windowMs = 600_000;
  const maxBytes = 2 * megabyte;

  test.each(["count", "distinct"] as const)(
    "a flood of random keys does not lose the slow attacker (%s)",
    (kind) => {
      const store = storeOf(maxBytes);
      const gauge = store.open(spec(kind, windowMs));
      let now = start;
      let attempts = 0;
      // Some attempts before the flood, then one for every 2,000 requests of it.
      for (; attempts < 3; attempts++) gauge.observe("slow", `user${attempts}`, now);
      for (let request = 0; request < 200_000; request++) {
        now += 2;
        gauge.observe(`random${request}`, `user${request}`, now);
        if (request % 2000 === 0) gauge.observe("slow", `user${attempts++}`, now);
      }
      const read = gauge.read("slow", now) ?? 0;
      if (kind === "count") expect(read).toBe(attempts);
      else expect(Math.abs(read - attempts)).toBeLessThan(attempts * 0.26);
      expect(store.usage()[0]).toMatchObject({ saturated: true });
      expect(store.usage()[0]?.bytes).toBeLessThan(maxBytes);
    },
  );

  test("who comes back during the flood gets in, at the cost of a key seen once", () => {
    const store = storeOf(maxBytes);
    const gauge = store.open(spec("count", windowMs));
    for (let request = 0; request < 200_000; request++) {
      gauge.observe(`random${request}`, "", start + request);
      if (request > 100_000 && request % 500 === 0) gauge.observe("late", "", start + request);
    }
    expect(gauge.read("late", start + 200_000)).toBeGreaterThan(150);
    expect(store.usage()[0]?.evicted).toBeGreaterThan(0);
  });

  test("a flood that sends every key once evicts almost nobody", () => {
    const store = storeOf(maxBytes);
    const gauge = store.open(spec("count", windowMs));
    for (let request = 0; request < 400_000; request++)
      gauge.observe(`random${request}`, "", start + request);
    const usage = store.usage()[0];
    expect((usage?.evicted ?? 0) / 400_000).toBeLessThan(0.02);
  });

  test("room is made again when the flood has left the window", () => {
    const store = storeOf(maxBytes);
    const gauge = store.open(spec("count", 60_000));
    for (let request = 0; request < 100_000; request++) gauge.observe(`random${request}`, "", start);
    for (let key = 0; key < 5000; key++) gauge.observe(`new${key}`, "", start + 200_000);
    let found = 0;
    for (let key = 0; key < 5000; key++) found += gauge.read(`new${key}`, start + 200_000) ?? 0;
    // A key is refused only when all of the few rows looked at are new ones.
    expect(found).toBeGreaterThan(4950);
  });

  test("a full gauge leaves room for another, and idle ones give theirs back", async () => {
    const store = storeOf(maxBytes);
    const first = store.open(spec("count", 60_000));
    const second = store.open(spec("count", 120_000));
    for (let request = 0; request < 100_000; request++) first.observe(`a${request}`, "", start);
    for (let request = 0; request < 100_000; request++) second.observe(`b${request}`, "", start);
    const [full, other] = store.usage();
    expect(other?.keys).toBeGreaterThan((full?.keys ?? 0) / 6);
    // Only the second is used from here on, and asks for more again and again.
    for (let round = 0; round < 2000; round++) {
      for (let key = 0; key < 50; key++) second.observe(`c${round}/${key}`, "", start + 70_000 + round);
      await Promise.resolve();
    }
    expect(store.usage()[0]?.keys).toBeLessThan((full?.keys ?? 0) * 0.75);
  });

  test("distinct values beyond memory are not counted, and the gauge says so", () => {
    const store = storeOf(300_000);
    const gauge = store.open(spec("distinct", windowMs));
    for (let key = 0; key < 400; key++) {
      for (let value = 0; value < 100; value++) gauge.observe(`k${key}`, `v${value}`, start);
    }
    for (let key = 0; key < 400; key++) expect(gauge.read(`k${key}`, start)).toBeLessThan(100 * 1.3);
    expect(store.usage()[0]).toMatchObject({ saturated: true });
  });
});
