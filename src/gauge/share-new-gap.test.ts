import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { GaugeSpec } from "../../dsl/index.ts";
import { keptGaps } from "./gap-gauge.ts";
import { GaugeStore, type LiveGauge } from "./gauge-store.ts";
import { subBuckets } from "./window-clock.ts";

const start = 1_700_000_000_000;
const seed = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
const second = 1000;

interface Seen {
  readonly key: string;
  readonly value: string;
  readonly at: number;
}

function openIn(
  store: GaugeStore,
  spec: Partial<GaugeSpec> & Pick<GaugeSpec, "kind" | "windowMs">,
): LiveGauge {
  return store.open({ id: `${spec.kind}${spec.windowMs}`, name: spec.kind, ...spec });
}

function storeOf(maxBytes = 64 << 20): GaugeStore {
  return new GaugeStore({ maxBytes, seed });
}

/** The same state in another store, as after a restart. */
function restarted(store: GaugeStore, now: number): GaugeStore {
  const file = Buffer.concat(store.snapshot(now));
  const next = storeOf();
  expect(next.restore(file, now)).toBeUndefined();
  return next;
}

const stream = fc.array(
  fc.record({
    key: fc.integer({ min: 0, max: 3 }).map(String),
    value: fc.oneof(fc.constant(""), fc.integer({ min: 0, max: 12 }).map(String)),
    gap: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 400 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 40_000 }) },
    ),
  }),
  { maxLength: 200, size: "max" },
);

/** Drives a gauge and a list of all that was seen through a stream, with a restart in its middle. */
function follow(
  observations: readonly { key: string; value: string; gap: number }[],
  spec: Partial<GaugeSpec> & Pick<GaugeSpec, "kind" | "windowMs">,
  check: (gauge: LiveGauge, seen: readonly Seen[], key: string, now: number) => void,
): void {
  let store = storeOf();
  let gauge = openIn(store, spec);
  const seen: Seen[] = [];
  let now = start;
  for (const [index, { key, value, gap }] of observations.entries()) {
    now += gap;
    if (index === observations.length >>> 1) {
      store = restarted(store, now);
      gauge = openIn(store, spec);
    }
    gauge.observe(key, value, now);
    seen.push({ key, value, at: now });
    check(gauge, seen, key, now);
  }
  for (const later of [0, spec.windowMs / 3, spec.windowMs, 2 * spec.windowMs]) {
    for (const key of ["0", "1", "2", "3"]) check(gauge, seen, key, now + Math.round(later));
  }
}

function within(seen: readonly Seen[], key: string, after: number): Seen[] {
  return seen.filter((one) => one.key === key && one.at > after);
}

function counted(some: readonly Seen[]): number {
  return some.filter(({ value }) => value !== "").length;
}

test("a share lies between those of a window one sub-bucket shorter and longer, and has its support", () => {
  fc.assert(
    fc.property(stream, fc.constantFrom(120, 1000, 12_000), (observations, windowMs) => {
      const bucketMs = windowMs / subBuckets;
      const atLeast = 3;
      follow(observations, { kind: "share", windowMs, atLeast }, (gauge, seen, key, now) => {
        const short = within(seen, key, now - windowMs + bucketMs);
        const long = within(seen, key, now - windowMs - bucketMs);
        const value = gauge.read(key, now);
        if (short.length >= atLeast) expect(value).toBeDefined();
        if (long.length < atLeast) expect(value).toBeUndefined();
        if (value === undefined) return;
        // The oldest sub-bucket has a weight between nothing and one.
        expect(value).toBeGreaterThanOrEqual(counted(short) / long.length - 1e-9);
        const others = short.length - counted(short);
        expect(1 - value).toBeGreaterThanOrEqual(others / long.length - 1e-9);
      });
    }),
    { numRuns: 80 },
  );
});

test("births lie between those of a window and a memory one sub-bucket shorter and longer", () => {
  fc.assert(
    fc.property(stream, fc.constantFrom(120, 1000, 6000), (observations, windowMs) => {
      const memoryMs = windowMs * 3;
      const warmUpMs = windowMs;
      follow(observations, { kind: "new", windowMs, memoryMs, warmUpMs }, (gauge, seen, key, now) => {
        const first = seen[0]?.at ?? now;
        const value = gauge.read(key, now);
        if (now - first < warmUpMs) return expect(value).toBeUndefined();
        const births = (window: number, memory: number) =>
          seen.filter((one, index) => {
            if (one.key !== key || one.at <= now - window || one.at - first < warmUpMs) return false;
            const before = seen
              .slice(0, index)
              .findLast((other) => other.key === key && other.value === one.value);
            return !before || one.at - before.at > memory;
          }).length;
        const bucketMs = windowMs / subBuckets;
        expect(value).toBeGreaterThanOrEqual(births(windowMs - bucketMs, memoryMs + memoryMs / subBuckets));
        expect(value).toBeLessThanOrEqual(births(windowMs + bucketMs, memoryMs));
      });
    }),
    { numRuns: 80 },
  );
});

describe.each(["shortest", "median"] as const)("gap, the %s", (statistic) => {
  test("is exact over the latest gaps of the window", () => {
    fc.assert(
      fc.property(stream, fc.constantFrom(120, 1000, 12_000), (observations, windowMs) => {
        follow(observations, { kind: "gap", windowMs, statistic, atLeast: 3 }, (gauge, seen, key, now) => {
          const times = within(seen, key, now - windowMs).map(({ at }) => at);
          const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
          const kept = gaps.slice(-keptGaps).sort((one, other) => one - other);
          const middle = kept.length >>> 1;
          const median =
            kept.length % 2 === 1 ? kept[middle] : ((kept[middle - 1] ?? 0) + (kept[middle] ?? 0)) / 2;
          const expected = statistic === "shortest" ? kept[0] : median;
          expect(gauge.read(key, now)).toBe(times.length < 3 ? undefined : expected);
        });
      }),
      { numRuns: 80 },
    );
  });
});

test("a gap over a window of weeks is right to the tick", () => {
  const day = 86_400 * second;
  const gauge = openIn(storeOf(), { kind: "gap", windowMs: 40 * day });
  for (let visit = 0; visit < 8; visit++) gauge.observe("k", "", start + visit * 5 * day);
  expect(Math.abs((gauge.read("k", start + 35 * day) ?? 0) - 5 * day)).toBeLessThan(10);
});

test("a share stays what it is when a sub-bucket counts more than its bound", () => {
  const gauge = openIn(storeOf(), { kind: "share", windowMs: 12 * second });
  for (let index = 0; index < 200_000; index++) gauge.observe("k", index % 4 === 0 ? "failure" : "", start);
  expect(gauge.read("k", start)).toBeCloseTo(0.25, 2);
});

describe("at the bound of memory", () => {
  test("a flood of random keys does not lose the slow attacker's share", () => {
    const store = storeOf(2 << 20);
    const gauge = openIn(store, { kind: "share", windowMs: 600 * second, atLeast: 20 });
    const slow = (index: number) => gauge.observe("slow", index % 2 === 0 ? "failure" : "", start + index);
    for (let index = 0; index < 3; index++) slow(index);
    for (let request = 0; request < 200_000; request++) {
      gauge.observe(`random${request}`, "failure", start + request);
      if (request % 2000 === 0) slow(request / 2000);
    }
    expect(gauge.read("slow", start + 200_000)).toBeCloseTo(0.5, 1);
    expect(gauge.isSaturated(start + 200_000)).toBe(true);
    expect(gauge.isSaturated(start + 2_000_000)).toBe(false);
  });

  test("a flood of new values does not make known ones new", () => {
    const store = storeOf(1 << 20);
    const gauge = openIn(store, { kind: "new", windowMs: 60 * second, warmUpMs: 60 * second });
    const day = 86_400 * second;
    for (let visit = 0; visit < 4; visit++) {
      for (let value = 0; value < 3000; value++) gauge.observe("k", `known${value}`, start + visit * day);
    }
    for (let value = 0; value < 200_000; value++) gauge.observe("other", `${value}`, start + 4 * day);
    for (let value = 0; value < 3000; value++) gauge.observe("k", `known${value}`, start + 4 * day);
    expect(gauge.read("k", start + 4 * day)).toBe(0);
    expect(gauge.isSaturated(start + 4 * day)).toBe(true);
  });
});
