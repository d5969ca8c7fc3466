import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { GaugeStore } from "./gauge-store.ts";

const start = 1_700_000_000_000;
const day = 86_400_000;
const seed = new Uint8Array(8).fill(3);
const spec = { id: "m", name: "device", forMs: 90 * day };

test("agrees with an exact memory of six values, but for a hundred-and-twenty-eighth of its time", () => {
  const visit = fc.record({
    key: fc.constantFrom("ann", "bob"),
    value: fc.integer({ min: 0, max: 8 }).map(String),
    days: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 200 })),
  });
  fc.assert(
    fc.property(fc.array(visit, { maxLength: 80, size: "max" }), (visits) => {
      let store = new GaugeStore({ maxBytes: 8 << 20, seed });
      let book = store.openMemory(spec);
      const exact = new Map<string, Map<string, number>>();
      let now = start;
      for (const [index, { key, value, days }] of visits.entries()) {
        now += days * day;
        if (index === visits.length >>> 1) {
          const file = Buffer.concat(store.snapshot(now));
          store = new GaugeStore({ maxBytes: 8 << 20, seed });
          expect(store.restore(file, now)).toBeUndefined();
          book = store.openMemory(spec);
        }
        const held = exact.get(key) ?? new Map<string, number>();
        exact.set(key, held);
        const ages = [...held.values()].map((at) => (now - at) / spec.forMs);
        const isSure = ages.every((age) => age < 1 || age > 1 + 1 / 128);
        const alive = [...held].filter(([, at]) => now - at <= spec.forMs).map(([one]) => one);
        if (isSure) {
          const isKnown = alive.includes(value);
          expect(book.isKnown(key, value, now)).toBe(isKnown);
          expect(book.isNew(key, value, now)).toBe(!isKnown);
          expect(book.differs(key, value, now)).toBe(alive.length === 0 ? undefined : !isKnown);
        }
        book.remember(key, value, now);
        held.delete(value);
        held.set(value, now);
        if (held.size > 6) held.delete([...held.keys()][0] ?? "");
        if (!isSure) return;
        for (const [one, at] of held) if (now - at > spec.forMs) held.delete(one);
      }
    }),
    { numRuns: 200 },
  );
});

test("a flood of accounts that come once does not flush those known from several days", () => {
  const store = new GaugeStore({ maxBytes: 2 << 20, maxMemoryBytes: 1 << 20, seed });
  const book = store.openMemory(spec);
  const known = 5000;
  for (let visit = 0; visit < 3; visit++) {
    for (let account = 0; account < known; account++)
      book.remember(`a${account}`, "d", start + visit * 2 * day);
  }
  for (let account = 0; account < 300_000; account++) {
    book.remember(`flood${account}`, "d", start + 5 * day + account);
  }
  let left = 0;
  for (let account = 0; account < known; account++) {
    if (book.isKnown(`a${account}`, "d", start + 6 * day)) left++;
  }
  expect(left).toBe(known);
  expect(book.isSaturated(start + 6 * day)).toBe(true);
  expect(store.usage()[0]?.bytes).toBeLessThan(1 << 20);
});

test("at the bound, accounts not seen for long leave for new ones", () => {
  const store = new GaugeStore({ maxBytes: 2 << 20, maxMemoryBytes: 1 << 20, seed });
  const book = store.openMemory(spec);
  for (let account = 0; account < 40_000; account++) book.remember(`old${account}`, "d", start);
  for (let account = 0; account < 1000; account++) book.remember(`new${account}`, "d", start + 80 * day);
  let kept = 0;
  for (let account = 0; account < 1000; account++) {
    if (book.isKnown(`new${account}`, "d", start + 80 * day)) kept++;
  }
  expect(kept).toBeGreaterThan(990);
});

test("a flood of measure keys takes nothing from the accounts", () => {
  const store = new GaugeStore({ maxBytes: 2 << 20, seed });
  const gauge = store.open({ id: "g", name: "g", kind: "count", windowMs: 600_000 });
  for (let key = 0; key < 100_000; key++) gauge.observe(`random${key}`, "", start);
  const book = store.openMemory(spec);
  for (let account = 0; account < 5000; account++) book.remember(`a${account}`, "d", start);
  for (let account = 0; account < 5000; account++) expect(book.isKnown(`a${account}`, "d", start)).toBe(true);
});

test("a million accounts of two devices fit in 100 MB or little more", () => {
  const store = new GaugeStore({ maxBytes: 400 << 20, seed });
  const book = store.openMemory(spec);
  for (let account = 0; account < 1_000_000; account++) {
    book.remember(`a${account}`, "one", start);
    book.remember(`a${account}`, "two", start);
  }
  expect(store.usage()[0]).toMatchObject({ keys: 1_000_000, evicted: 0, saturated: false });
  expect(store.usage()[0]?.bytes).toBeLessThan(115e6);
});
