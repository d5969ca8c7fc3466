import { expect, test } from "bun:test";
import { recordedPath } from "./recorded-path.ts";

test("what opens something is left out of the path, other parameters stay", () => {
  const cases: [path: string, pathParameters: Record<string, string>, recorded: string][] = [
    ["/gift-cards/HPGC-1/balance", { code: "HPGC-1" }, "/gift-cards/:code/balance"],
    ["/reset/abc", { token: "abc" }, "/reset/:token"],
    ["/products/17", { id: "17" }, "/products/17"],
    ["/decoder/x", { decoder: "x" }, "/decoder/x"],
  ];
  for (const [path, pathParameters, recorded] of cases) {
    expect(recordedPath({ path }, { pathParameters })).toBe(recorded);
  }
  expect(recordedPath({ path: `/${"x".repeat(400)}` }, undefined)).toHaveLength(256);
});
