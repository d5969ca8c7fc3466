import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { GaugeStore } from "./gauge-store.ts";

const windowMs = 600_000;
const start = Date.UTC(2026, 0, 1);
const seed = new Uint8Array(8).fill(9);

function openGauge(kind: "count" | "distinct") {
  const store = new GaugeStore({ maxBytes: 8 << 20, seed });
  return store.open({ id: kind, name: kind, kind, windowMs });
}

test("attempts that are taken back leave a count as if they had not been, for any order of answers", () => {
  const steps = fc.array(
    fc.record({ key: fc.constantFrom("a", "b"), isBack: fc.boolean(), wait: fc.nat(40_000) }),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const gauge = openGauge("count");
      const left = { a: 0, b: 0 };
      let now = start;
      // Within one window, where nothing leaves by itself.
      for (const { key, isBack, wait } of all) {
        now = Math.min(start + windowMs - 60_000, now + wait);
        const name = key === "a" ? "a" : "b";
        if (isBack) gauge.takeBack?.(key, "", now);
        else gauge.observe(key, "", now);
        left[name] = Math.max(0, left[name] + (isBack ? -1 : 1));
        expect(gauge.read(key, now)).toBe(left[name]);
      }
    }),
  );
});

test("values that are taken back leave a distinct as if they had not been, while values are exact", () => {
  const steps = fc.array(fc.record({ value: fc.nat(31), isBack: fc.boolean() }), { maxLength: 120 });
  fc.assert(
    fc.property(steps, (all) => {
      const gauge = openGauge("distinct");
      const left = new Set<string>();
      for (const [index, { value, isBack }] of all.entries()) {
        const text = `user${value}`;
        const now = start + index * 1000;
        if (isBack) gauge.takeBack?.("k", text, now);
        else gauge.observe("k", text, now);
        if (isBack) left.delete(text);
        else left.add(text);
        expect(gauge.read("k", now)).toBe(left.size);
        expect(gauge.has?.("k", text, now)).toBe(left.has(text));
      }
    }),
  );
});

test("what is taken back long after it left the window changes nothing", () => {
  const gauge = openGauge("count");
  gauge.observe("k", "", start);
  gauge.observe("k", "", start + 2 * windowMs);
  gauge.takeBack?.("k", "", start + 4 * windowMs);
  gauge.observe("k", "", start + 4 * windowMs);
  expect(gauge.read("k", start + 4 * windowMs)).toBe(1);
  gauge.takeBack?.("unseen", "", start);
  expect(gauge.read("unseen", start + 4 * windowMs)).toBe(0);
});

test("beyond exact values one more does not vanish, and none is found", () => {
  const gauge = openGauge("distinct");
  for (let user = 0; user < 200; user++) gauge.observe("k", `user${user}`, start);
  const before = gauge.read("k", start) ?? 0;
  gauge.takeBack?.("k", "user7", start);
  expect(gauge.read("k", start)).toBe(before);
  expect(gauge.has?.("k", "user7", start)).toBe(false);
});
