/** What the language reckons that state takes, held to what the store counts. */
import { expect, test } from "bun:test";
import { GaugeStore } from "../src/gauge/gauge-store.ts";
import {
  likelyKeys,
  type StateKind,
  type StateSize,
  sizeOfSequence,
  sizeOfState,
  usualBytes,
} from "./gauge-memory.ts";

const now = 1_700_000_000_000;
const seed = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
/** Enough that every shard of a table is open, and few enough that hardly one has grown. */
const firstKeys = 1000;

type Touch = (key: string, index: number) => void;

const opened: Readonly<Record<StateKind | "sequence of 4" | "sequence of 64", (store: GaugeStore) => Touch>> =
  {
    count: (store) => measured(store, "count"),
    share: (store) => measured(store, "share"),
    gap: (store) => measured(store, "gap"),
    new: (store) => measured(store, "new"),
    distinct: (store) => {
      const gauge = store.open({ id: "x", name: "x", kind: "distinct", windowMs: 600_000 });
      return (key, index) => {
        // Of many keys some have more values than a row holds.
        const isBusy = index >= firstKeys && index % 20 === 19;
        const values = isBusy && index % 100 === 99 ? 50 : isBusy ? 10 : 2;
        for (let value = 0; value < values; value++) gauge.observe(key, `${value}`, now);
      };
    },
    memory: (store) => {
      const memory = store.openMemory({ id: "x", name: "x", forMs: 90 * 86_400_000 });
      return (key) => memory.remember(key, "a", now);
    },
    hold: (store) => {
      const hold = store.openHold({ id: "x", name: "x", forMs: 60_000 });
      return (key) => hold.hold(key, now);
    },
    ratelimit: (store) => {
      const rate = store.openRate({ id: "x", name: "x", limit: 5, windowMs: 60_000 });
      return (key) => void rate.take(key, now);
    },
    "sequence of 4": (store) => sequenceOf(store, 4),
    "sequence of 64": (store) => sequenceOf(store, 64),
  };

function measured(store: GaugeStore, kind: "count" | "share" | "gap" | "new"): Touch {
  const gauge = store.open({ id: "x", name: "x", kind, windowMs: 600_000, warmUpMs: 0 });
  return (key) => gauge.observe(key, key, now + 1);
}

function sequenceOf(store: GaugeStore, atLeast: number): Touch {
  const table = store.openSequence({ id: "x", name: "x", withinMs: 60_000, steps: [{ atLeast }] });
  return (key) => table.advance(key, 0, now);
}

function sizeOf(kind: keyof typeof opened): StateSize {
  if (kind === "sequence of 4") return sizeOfSequence(4);
  return kind === "sequence of 64" ? sizeOfSequence(64) : sizeOfState(kind);
}

function bytesWith(kind: keyof typeof opened, keys: number): number {
  const store = new GaugeStore({ maxBytes: 2 ** 31, seed });
  const touch = opened[kind](store);
  for (let key = 0; key < keys; key++) touch(`key ${key}`, key);
  return store.usage()[0]!.bytes;
}

for (const kind of Object.keys(opened) as (keyof typeof opened)[]) {
  test(`${kind} takes what is reckoned, at first and with the likely number of keys`, () => {
    const { least, likely } = sizeOf(kind);
    expect(bytesWith(kind, firstKeys) / least).toBeWithin(0.8, 1.25);
    expect(bytesWith(kind, likelyKeys) / likely).toBeWithin(0.8, 1.25);
  });
}

test("a usual value takes what is reckoned", () => {
  const store = new GaugeStore({ maxBytes: 2 ** 31, seed });
  store.openBaseline({ id: "x", name: "x", windowMs: 60_000, floor: 1, prior: undefined });
  expect(store.usage()[0]?.bytes).toBe(usualBytes);
});
