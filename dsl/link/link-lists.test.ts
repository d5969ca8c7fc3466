import { expect, test } from "bun:test";
import type { ListIr } from "../policy-ir.ts";
import { buffersOf, linkList, prepareList } from "./link-lists.ts";

const noFiles = { read: () => undefined };

function linked(ir: ListIr) {
  const prepared = prepareList(ir, noFiles);
  const moved = structuredClone(prepared, { transfer: buffersOf(prepared) as ArrayBuffer[] });
  const steps = linkList(moved);
  let [count, step] = [0, steps.next()];
  for (; !step.done; step = steps.next()) count++;
  return { list: step.value, count };
}

test("a list that another thread prepared holds what it held there and nothing else, taken up at once", () => {
  for (const size of [10, 50_000]) {
    const values = Array.from({ length: size }, (_, index) => `entry ${index}`);
    const { list, count } = linked({
      name: "l",
      type: "text",
      source: { values: ["entry 0", ...values, "", "ü\n,", "entry 7"] },
    });
    expect(count).toBe(0);
    if (list.kind !== "values") throw new Error("a list of texts has values");
    for (const value of [...values, "", "ü\n,"]) if (!list.values.has(value)) throw new Error(value);
    for (const value of ["entry", "entry -1", `entry ${size}`, "ntry 1", "ü", 7]) {
      expect(list.values.has(value)).toBe(false);
    }
  }
});

test("texts of which many want the same place are still found, in steps", () => {
  // Without slots, as after texts that were made to collide.
  const text = Array.from({ length: 9_000 }, (_, index) => String(index % 10)).join("");
  const ends = Uint32Array.from(text, (_, index) => index + 1);
  const steps = linkList({ kind: "texts", text, ends, slots: new Uint32Array(0), seed: 0 });
  expect([steps.next().done, steps.next().done]).toEqual([false, false]);
  const { value: list } = steps.next();
  expect(list?.kind === "values" && list.values.has("7")).toBe(true);
});

test("numbers of networks stay numbers, and addresses are found", () => {
  for (const more of [0, 20_000]) {
    const others = Array.from({ length: more }, (_, index) => 100_000 + index * 2);
    const values = [9009, 4_294_967_295, ...others];
    const { list } = linked({ name: "l", type: "asn", source: { values } });
    if (list.kind !== "values") throw new Error("a list of numbers has values");
    for (const value of values) if (!list.values.has(value)) throw new Error(String(value));
    for (const value of [0, 9008, 9009.5, 100_001, 4_294_967_296, "9009"]) {
      expect(list.values.has(value)).toBe(false);
    }
  }
  const networks = linked({
    name: "n",
    type: "cidr",
    source: { values: ["10.0.0.0/8", "2001:db8::/32"] },
  }).list;
  if (networks.kind !== "addresses") throw new Error("a list of networks is a table");
  const ip = { family: 4, a: 0, b: 0, c: 0, d: 0x0a010203, text: "" } as const;
  expect(networks.table.has(ip)).toBe(true);
  expect(networks.table.has({ ...ip, d: 0x0b010203 })).toBe(false);
  expect(networks.table.has({ ...ip, family: 6, a: 0x20010db8 })).toBe(true);
});
