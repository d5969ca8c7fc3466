import { expect, test } from "bun:test";
import { GaugeStore } from "./gauge-store.ts";

test("what is forgotten of one key is gone, and every other key is still found", () => {
  const store = new GaugeStore({ maxBytes: 8 << 20, seed: new Uint8Array(8) });
  const memory = store.openMemory({ id: "device", name: "device", forMs: 86_400_000 });
  const now = 1_790_000_000_000;
  const names = Array.from({ length: 2000 }, (_, index) => `user${index}@shop.example`);
  for (const name of names) memory.remember(name, "t1:0123", now);
  expect(store.forget("user7@shop.example")).toBe(1);
  expect(store.forget("user7@shop.example")).toBe(0);
  const known = names.filter((name) => memory.isKnown(name, "t1:0123", now));
  expect(known).toEqual(names.filter((name) => name !== "user7@shop.example"));
});
