import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { eventIdsPerMs, eventTime, formatEventId, parseEventId } from "./event-row.ts";

test("an id survives being written and read, in either case", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (id) => {
      const text = formatEventId(id);
      expect(text).toMatch(/^[0-9A-HJKMNP-TV-Z]{11}$/);
      expect(parseEventId(text)).toBe(id);
      expect(parseEventId(text.toLowerCase())).toBe(id);
    }),
  );
});

test("letters that look like digits are read as those digits", () => {
  expect(parseEventId("oooooooooiL")).toBe(33);
});

test("what is no id is not read as one", () => {
  for (const text of ["", "0", "0000000000", "U0000000000", "00000 00000", "ZZZZZZZZZZZZ", "<script>xx>"]) {
    expect(parseEventId(text)).toBeUndefined();
  }
});

test("an id tells its moment", () => {
  expect(eventTime(1_790_000_000_123 * eventIdsPerMs + 4095)).toBe(1_790_000_000_123);
});
