import { expect, test } from "bun:test";
import { differenceOf, fuzzHttp } from "./http.ts";
import { Dice, mutate } from "./mutations.ts";

test("five seconds of mutated requests: Node reads all that is passed on in the same way", async () => {
  const lines: string[] = [];
  const summary = await fuzzHttp({ seconds: 5, seed: 1, print: (line) => lines.push(line) });
  expect(lines).toEqual([]);
  expect(summary).toMatchObject({ findings: 0 });
  expect(summary.passed).toBeGreaterThan(50);
  expect(summary.refused).toBeGreaterThan(50);
}, 30_000);

test.each(["nginx", "haproxy"] as const)(
  "three seconds of them through %s",
  async (peer) => {
    const lines: string[] = [];
    const summary = await fuzzHttp({ seconds: 3, seed: 2, peer, print: (line) => lines.push(line) });
    expect(lines).toEqual([]);
    expect(summary.passed).toBeGreaterThan(20);
  },
  30_000,
);

function made(seed: number): string[] {
  const dice = new Dice(seed);
  return Array.from({ length: 50 }, () => mutate(["GET / HTTP/1.1\r\nHost: a\r\n\r\n"], dice));
}

test("the same seed gives the same requests", () => {
  expect(made(7)).toEqual(made(7));
  expect(made(7)).not.toEqual(made(8));
});

test("another reading, one request too many, and a refusal are differences; a method unknown to Node is none", () => {
  const node = { isProxy: false, isNarrower: (error: string) => error === "HPE_INVALID_METHOD" };
  const ours = { method: "GET", target: "/", host: "a", body: "0:" };
  const passage = { passed: [ours], arrived: [ours], refused: 0, response: "", wasClosed: true };
  expect(differenceOf(passage, [ours], node)).toBeUndefined();
  expect(differenceOf(passage, [{ ...ours, body: "5:" }], node)).toBe("same bytes: another body");
  expect(differenceOf(passage, [{ error: "HPE_STRICT" }], node)).toBe(
    "same bytes: the peer refuses it (HPE_STRICT)",
  );
  expect(differenceOf(passage, [{ error: "HPE_INVALID_METHOD" }], node)).toBeUndefined();
  expect(differenceOf({ ...passage, arrived: [ours, ours] }, [ours], node)).toContain("more requests");
  expect(differenceOf({ ...passage, arrived: [{ ...ours, target: "/b" }] }, [ours], node)).toContain(
    "another target",
  );
  expect(differenceOf({ ...passage, wasClosed: false }, [ours], node)).toContain("hanging");
});
