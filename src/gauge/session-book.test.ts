import { expect, test } from "bun:test";
import { SessionBook } from "./session-book.ts";

const day = 24 * 3_600_000;

test("a session speaks for the account that opened it last, for thirty days", () => {
  const book = new SessionBook();
  book.open("s", "ann", 0);
  expect([book.find("s", day), book.find("t", day)]).toEqual([{ account: "ann", at: 0 }, undefined]);
  book.open("s", "joe", day);
  expect(book.find("s", 31 * day)?.account).toBe("joe");
  expect(book.find("s", 31 * day + 1)).toBe(undefined);
});

test("a flood of sessions leaves those that are in use", () => {
  const book = new SessionBook(3);
  book.open("used", "ann", 0);
  for (let index = 0; index < 20; index++) {
    book.open(`flood${index}`, "bot", 1);
    expect(book.find("used", 1)?.account).toBe("ann");
  }
  expect(book.find("flood0", 1)).toBe(undefined);
});
