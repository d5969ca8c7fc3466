import { expect, test } from "bun:test";
import { SignInLimiter } from "./sign-in-limiter.ts";

function limiterAt(start: number): { limiter: SignInLimiter; pass: (ms: number) => void } {
  let now = start;
  return { limiter: new SignInLimiter(() => now), pass: (ms) => void (now += ms) };
}

test("the wait doubles with each try beyond the free ones", () => {
  const { limiter, pass } = limiterAt(0);
  for (let index = 0; index < 5; index++) expect(limiter.begin("192.0.2.1", `n${index}`)).toBe(0);
  const waits: number[] = [];
  for (let index = 0; index < 5; index++) {
    const wait = limiter.begin("192.0.2.1", `m${index}`);
    waits.push(wait);
    pass(wait);
    expect(limiter.begin("192.0.2.1", `m${index}`)).toBe(0);
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000]);
});

test("a name is slowed down from many networks, but never for longer than half a minute", () => {
  const { limiter, pass } = limiterAt(0);
  let longest = 0;
  for (let index = 0; index < 40; index++) {
    const wait = limiter.begin(`192.0.2.${index}`, "ana");
    longest = Math.max(longest, wait);
    pass(wait);
  }
  expect(longest).toBe(30_000);
});

test("an IPv6 network counts as one, not each of its addresses", () => {
  const { limiter } = limiterAt(0);
  for (let index = 0; index < 5; index++) limiter.begin(`2001:db8::${index}`, `n${index}`);
  expect(limiter.begin("2001:db8::ffff", "other")).toBeGreaterThan(0);
  expect(limiter.begin("2001:db8:0:1::1", "other")).toBe(0);
});

test("the right password clears the slate, and so does time", () => {
  const { limiter, pass } = limiterAt(0);
  for (let index = 0; index < 5; index++) limiter.begin("192.0.2.1", "ana");
  limiter.succeed("192.0.2.1", "ana");
  expect(limiter.begin("192.0.2.1", "ana")).toBe(0);
  for (let index = 0; index < 4; index++) limiter.begin("192.0.2.1", "ana");
  expect(limiter.begin("192.0.2.1", "ana")).toBeGreaterThan(0);
  pass(31 * 60_000);
  for (let index = 0; index < 5; index++) expect(limiter.begin("192.0.2.1", "ana")).toBe(0);
});

test("memory is bounded, and a flood of names does not free the network that sends it", () => {
  const { limiter, pass } = limiterAt(0);
  for (let index = 0; index < 20_000; index++) {
    limiter.begin("192.0.2.1", `name${index}`);
    limiter.begin(`10.${index >> 8}.${index & 255}.1`, `other${index}`);
    pass(1);
  }
  expect(limiter.size).toBeLessThanOrEqual(8192);
  expect(limiter.begin("192.0.2.1", "ana")).toBeGreaterThan(0);
});

test("a clock that is set back keeps nobody out", () => {
  const { limiter, pass } = limiterAt(7_200_000);
  for (let index = 0; index < 5; index++) limiter.begin("192.0.2.1", "ana");
  expect(limiter.begin("192.0.2.1", "ana")).toBeGreaterThan(0);
  pass(-3_600_000);
  expect(limiter.begin("192.0.2.1", "ana")).toBe(0);
});
