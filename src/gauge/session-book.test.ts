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
  const book = new SessionBook({ most: 3 });
  book.open("used", "ann", 0);
  for (let index = 0; index < 20; index++) {
    book.open(`flood${index}`, "bot", 1);
    expect(book.find("used", 1)?.account).toBe("ann");
  }
  expect(book.find("flood0", 1)).toBe(undefined);
});

test("a session that waits for a second step speaks for nobody until it is opened", () => {
  const book = new SessionBook();
  book.awaitStep("s", "ann", 0);
  expect([book.find("s", 1), book.awaited("s", 1)]).toEqual([undefined, "ann"]);
  expect(book.awaited("s", day)).toBe(undefined);
  book.open("s", "ann", 2);
  expect([book.find("s", 3)?.account, book.awaited("s", 3)]).toEqual(["ann", undefined]);
});

test("a refreshed token is its session's, and no younger; a forgotten one is nobody's", () => {
  const book = new SessionBook();
  book.open("old", "ann", 0, { stack: "stack" });
  book.passOn("old", "new", day);
  book.passOn("stranger", "loot", day);
  expect(book.find("new", day)).toEqual({ account: "ann", at: 0, stack: "stack" });
  expect(book.find("loot", day)).toBe(undefined);
  book.forget("new");
  expect([book.find("new", day), book.find("old", day)?.account]).toEqual([undefined, "ann"]);
});

test("how an account was written at the login is known to its session, over a second step, a refresh and a restart", () => {
  const key = new Uint8Array(32).fill(5);
  const book = new SessionBook({ key });
  book.awaitStep("waits", "ann", 0, "Ann");
  expect(book.writtenOf("waits", 1)).toBe("Ann");
  book.open("s", "ann", 1, { written: "Ann" });
  book.passOn("s", "next", 2);
  const next = new SessionBook({ key });
  expect(next.restore(Buffer.concat([...book.snapshotParts()]))).toBe(true);
  expect(next.find("next", 3)).toEqual({ account: "ann", at: 1, written: "Ann" });
  expect(next.writtenOf("nobody's", 3)).toBeUndefined();
});

test("a restart keeps sessions, and their file shows neither token nor name", () => {
  const key = new Uint8Array(32).fill(5);
  const book = new SessionBook({ key });
  for (let index = 0; index < 4_500; index++)
    book.open(`token-${index}`, `ann${index}@x.example`, index, { stack: "stack" });
  const file = Buffer.concat([...book.snapshotParts()]);
  for (const secret of ["token-1", "ann1@", "stack"]) expect(file.includes(secret)).toBe(false);
  const next = new SessionBook({ key });
  expect(next.restore(file)).toBe(true);
  expect(next.find("token-4499", 5_000)).toEqual({ account: "ann4499@x.example", at: 4499, stack: "stack" });
  expect(next.find("token-0", 5_000)?.account).toBe("ann0@x.example");
});

test("a spoiled, cut or foreign file changes nothing", () => {
  const key = new Uint8Array(32).fill(5);
  const book = new SessionBook({ key });
  book.open("s", "ann", 0);
  const file = Buffer.concat([...book.snapshotParts()]);
  const next = new SessionBook({ key });
  for (let at = 0; at < file.length; at += 3) {
    const spoiled = Buffer.from(file);
    spoiled[at]! ^= 1;
    expect(next.restore(spoiled)).toBe(false);
    if (at > 0) expect(next.restore(file.subarray(0, at))).toBe(false);
  }
  expect(new SessionBook({ key: new Uint8Array(32) }).restore(file)).toBe(false);
  expect(next.find("s", 1)).toBe(undefined);
});
