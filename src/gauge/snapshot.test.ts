import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { GaugeStore } from "./gauge-store.ts";

const start = 1_700_000_000_000;
const seed = new Uint8Array(8).fill(3);
const count = { id: "c", name: "c", kind: "count", windowMs: 60_000 } as const;
const distinct = { id: "d", name: "d", kind: "distinct", windowMs: 60_000 } as const;

function storeOf(): GaugeStore {
  return new GaugeStore({ maxBytes: 64 << 20, seed });
}

/** A store with counts, and distinct values in rows, lists and sketches. */
function filled(): GaugeStore {
  const store = storeOf();
  const counts = store.open(count);
  const values = store.open(distinct);
  for (let key = 0; key < 3000; key++) {
    for (let time = 0; time <= key % 5; time++) counts.observe(`k${key}`, "", start + key);
    for (let value = 0; value < [2, 20, 200][key % 3]!; value++)
      values.observe(`k${key}`, `v${value}`, start + key);
  }
  return store;
}

describe("a snapshot", () => {
  test("gives back every reading, of rows, lists and sketches alike, and they go on sliding", () => {
    const store = filled();
    const parts = store.snapshot(start + 3000);
    expect(parts.length).toBeGreaterThan(4);
    const next = storeOf();
    expect(next.restore(Buffer.concat(parts), start + 3000)).toBeUndefined();
    for (const spec of [count, distinct]) {
      const [old, restored] = [store.open(spec), next.open(spec)];
      for (const passed of [3000, 30_000, 61_000, 70_000]) {
        for (let key = 0; key < 3000; key++) {
          expect(restored.read(`k${key}`, start + passed)).toBe(old.read(`k${key}`, start + passed));
        }
      }
    }
    expect(next.usage().map(({ keys }) => keys)).toEqual(store.usage().map(({ keys }) => keys));
  });

  test("drops what is expired, and what no policy opens again", () => {
    const store = filled();
    store.open(count).observe("late", "", start + 600_000);
    store.open(distinct).read("k1", start + 600_000);
    const next = storeOf();
    expect(next.restore(Buffer.concat(store.snapshot(start + 600_000)), start + 600_000)).toBeUndefined();
    expect(next.open(count).read("late", start + 600_000)).toBe(1);
    expect(next.open({ ...distinct, id: "changed" }).read("k2", start + 600_000)).toBe(0);
    expect(next.usage().map(({ keys }) => keys)).toEqual([1, 0]);
    next.retain(new Set(["c"]));
    expect(next.open(distinct).read("k2", start)).toBe(0);
  });

  test("does not fit a gauge of another shape under the same id, which then starts empty", () => {
    const next = storeOf();
    expect(next.restore(Buffer.concat(filled().snapshot(start)), start)).toBeUndefined();
    const gauge = next.open({ ...count, windowMs: 90_000 });
    expect(gauge.read("k4", start + 3000)).toBe(0);
    gauge.observe("k4", "", start + 3000);
    expect(gauge.read("k4", start + 3000)).toBe(1);
  });

  test("keeps saying that something was lost", () => {
    const store = new GaugeStore({ maxBytes: 100_000, seed });
    for (let key = 0; key < 10_000; key++) store.open(count).observe(`${key}`, "", start);
    expect(store.open(count).isSaturated(start)).toBe(true);
    const next = storeOf();
    expect(next.restore(Buffer.concat(store.snapshot(start)), start)).toBeUndefined();
    expect(next.open(count).isSaturated(start + 1000)).toBe(true);
    expect(next.open(count).isSaturated(start + 100_000)).toBe(false);
  });

  test("may be taken part by part while traffic goes on", () => {
    const store = filled();
    const parts: Uint8Array[] = [];
    let more = 0;
    for (const part of store.snapshotParts(start + 3000)) {
      parts.push(part);
      for (let key = 0; key < 500; key++, more++)
        store.open(count).observe(`more${more}`, "", start + 3000 + more);
      store.open(distinct).observe("k2", `w${more}`, start + 3000 + more);
    }
    const next = storeOf();
    expect(next.restore(Buffer.concat(parts), start + 3000 + more)).toBeUndefined();
    const restored = next.open(count);
    for (let key = 0; key < 3000; key++) expect(restored.read(`k${key}`, start + 3000)).toBe(1 + (key % 5));
    expect(next.open(distinct).read("k1", start + 3000)).toBe(20);
  });
});

describe("is refused, and changes nothing", () => {
  const file = Buffer.concat(filled().snapshot(start));

  function refusal(bytes: Uint8Array, into = storeOf(), now = start): unknown {
    const reason = into.restore(bytes, now);
    if (reason !== undefined) expect(into.open(count).read("k4", start + 3000)).toBe(0);
    return reason;
  }

  test("when it is none, of another version, of another seed, or of another day to come", () => {
    expect(refusal(new Uint8Array(0))).toBe("not_a_snapshot");
    expect(refusal(crypto.getRandomValues(new Uint8Array(5000)))).toBe("not_a_snapshot");
    const other = Buffer.from(file);
    other.writeUInt32LE(99, 12);
    expect(refusal(other)).toBe("other_version");
    expect(refusal(file, new GaugeStore({ maxBytes: 1 << 20 }))).toBe("other_seed");
    expect(refusal(file, storeOf(), start - 86_400_000)).toBe("from_the_future");
  });

  test("when a byte of it is another, or it is cut or longer", () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(file);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        expect(refusal(bytes)).toBeDefined();
      }),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.nat(file.length - 1), (length) => {
        expect(refusal(file.subarray(0, length))).toBeDefined();
      }),
      { numRuns: 50 },
    );
    expect(refusal(Buffer.concat([file, new Uint8Array(4)]))).toBe("corrupt");
  });
});

test("holds no text of a key or a value", () => {
  const store = storeOf();
  store.open(distinct).observe("ann@x.example", "hunter2-hunter2", start);
  store.openMemory({ id: "m", name: "m", forMs: 1e9 }).remember("ann@x.example", "hunter2-hunter2", start);
  const saved = Buffer.concat(store.snapshot(start));
  for (const encoding of ["utf8", "utf16le"] as const) {
    for (const text of ["ann@x", "hunter2"]) expect(saved.indexOf(text, 0, encoding)).toBe(-1);
  }
});
