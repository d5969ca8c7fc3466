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

test("a list that another thread prepared holds what it held there, taken up in steps", () => {
  const values = Array.from({ length: 50_000 }, (_, index) => `entry ${index}`);
  const { list, count } = linked({ name: "l", type: "text", source: { values: [...values, "", "ü\n,"] } });
  expect(count).toBeGreaterThan(5);
  expect(list.kind === "values" && [...list.values]).toEqual([...values, "", "ü\n,"]);
});

test("numbers of networks stay numbers, and addresses are found", () => {
  const { list } = linked({ name: "l", type: "asn", source: { values: [9009, 4_294_967_295] } });
  expect(list.kind === "values" && [...list.values]).toEqual([9009, 4_294_967_295]);
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
