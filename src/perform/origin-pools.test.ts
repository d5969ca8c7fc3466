import { expect, test } from "bun:test";
import { OriginPools } from "./origin-pools.ts";

const urls = ["http://10.0.0.1", "http://10.0.0.2:81", "http://10.0.0.3"];

test("origins are chosen by their weights, and one without weight gets nothing", () => {
  let point = 0;
  const pools = new OriginPools(undefined, () => point);
  const authorityAt = (at: number, weights?: number[]) => {
    point = at;
    return pools.of(urls, weights)?.authority;
  };
  expect([0, 0.74, 0.76, 0.99].map((at) => authorityAt(at, [3, 0, 1]))).toEqual([
    "10.0.0.1",
    "10.0.0.1",
    "10.0.0.3",
    "10.0.0.3",
  ]);
  // Without weights they share evenly.
  expect([0, 0.4, 0.9].map((at) => authorityAt(at))).toEqual(["10.0.0.1", "10.0.0.2:81", "10.0.0.3"]);
  pools.close();
});

test("a single origin is the app's, and the default serves apps without one", () => {
  const pools = new OriginPools("http://10.9.9.9");
  expect([pools.of(["http://10.0.0.1"], [0])?.authority, pools.of([])?.authority]).toEqual([
    "10.0.0.1",
    "10.9.9.9",
  ]);
  expect(new OriginPools(undefined).of([])).toBe(undefined);
  pools.close();
});
