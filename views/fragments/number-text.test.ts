import { expect, test } from "bun:test";
import { bytesText, countText, durationText, shareText, spanText } from "./number-text.ts";
import { niceTop } from "./traffic-chart.ts";

test("a share that is not zero never reads as zero, nor one that is not all as all", () => {
  expect(shareText(1, 100_000)).toBe("<0.1%");
  expect(shareText(99_999, 100_000)).toBe(">99.9%");
  expect([shareText(0, 9), shareText(9, 9), shareText(1, 3), shareText(0, 0)]).toEqual([
    "0%",
    "100%",
    "33.3%",
    "–",
  ]);
});

test("counts, bytes and spans read well at every size", () => {
  expect([countText(999), countText(1_234_567), countText(12_400_000)]).toEqual([
    "999",
    "1,234,567",
    "12.4M",
  ]);
  expect([bytesText(0), bytesText(999), bytesText(1500), bytesText(240_000_000)]).toEqual([
    "0 B",
    "999 B",
    "1.5 kB",
    "240 MB",
  ]);
  expect([durationText(412), durationText(1830), durationText(2_500_000)]).toEqual([
    "412 µs",
    "1.83 ms",
    "2.50 s",
  ]);
  expect([spanText(0), spanText(720_000), spanText(90_061_000)]).toEqual(["0 s", "12 min", "1 d 1 h"]);
});

test("a chart's scale lies at or little above its highest bar and halves to a whole number", () => {
  for (let value = 1; value < 30_000; value += 7) {
    const top = niceTop(value);
    expect(top).toBeGreaterThanOrEqual(value);
    expect(top % 2).toBe(0);
    expect(top).toBeLessThanOrEqual(Math.max(2, value * 2));
  }
});
