import { expect, test } from "bun:test";
import { countriesWithHour, localHour } from "./local-hour.ts";

const at = (text: string) => Date.parse(text);

test("the hour is the country's, summer time and half hours included", () => {
  expect(localHour("DE", at("2026-01-10T23:10Z"))).toBe(0);
  expect(localHour("DE", at("2026-07-10T23:10Z"))).toBe(1);
  expect(localHour("JP", at("2026-07-10T23:10Z"))).toBe(8);
  expect(localHour("IN", at("2026-07-10T00:20Z"))).toBe(5);
  expect(localHour("IN", at("2026-07-10T00:40Z"))).toBe(6);
});

test("where people live by several clocks, and where nothing is known, nothing is said", () => {
  for (const country of ["US", "RU", "BR", "AU", "CA", "XX", "toString", undefined]) {
    expect(localHour(country, at("2026-07-10T00:20Z"))).toBeUndefined();
  }
});

test("every country of the table has a zone that is known here", () => {
  for (const country of countriesWithHour) {
    expect(localHour(country, at("2026-03-01T12:00Z"))).toBeWithin(0, 24);
  }
});
