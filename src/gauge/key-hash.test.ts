import { expect, test } from "bun:test";
import { KeyHash } from "./key-hash.ts";

function halves(text: string, seed: number): readonly [low: number, high: number] {
  const hash = new KeyHash(new Uint8Array(8).fill(seed));
  hash.hash(text);
  return [hash.low, hash.high];
}

test("equal texts hash alike under one seed and differently under another", () => {
  expect(halves("ann@x.example", 1)).toEqual(halves("ann@x.example", 1));
  expect(halves("ann@x.example", 1)).not.toEqual(halves("ann@x.example", 2));
});

test("texts that differ only in padding are told apart", () => {
  const texts = ["", "\0", "\0\0", "a", "a\0", "\0a", "ab", "ba", "abc", "abc\0", "é", "e"];
  expect(new Set(texts.map((text) => halves(text, 3).join())).size).toBe(texts.length);
});

test("a text of the call before is answered for that text only", () => {
  const hash = new KeyHash(new Uint8Array(8));
  hash.hash("a");
  const first = hash.low;
  hash.hash("b");
  expect(hash.low).not.toBe(first);
  hash.hash("a");
  expect(hash.low).toBe(first);
});

test("both halves spread evenly", () => {
  const hash = new KeyHash(new Uint8Array(8).fill(7));
  const buckets = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)];
  for (let index = 0; index < 256_000; index++) {
    hash.hash(`192.0.2.${index}`);
    for (const [which, byte] of [hash.low >>> 24, hash.low & 255, hash.high >>> 24].entries()) {
      const counts = buckets[which];
      if (counts) counts[byte] = (counts[byte] ?? 0) + 1;
    }
  }
  // 1,000 each is expected with a standard deviation of 32.
  for (const counts of buckets) {
    expect(Math.min(...counts)).toBeGreaterThan(840);
    expect(Math.max(...counts)).toBeLessThan(1160);
  }
});
