import { expect, test } from "bun:test";
import type { SoftwareName } from "../store/account-rows.ts";
import { PeopleSoftware } from "./people-software.ts";

const browser: SoftwareName = { app: "shop", skeleton: "s1:1", stack: "t1:1" };
const start = 1_700_000_000_000;
const day = 24 * 3_600_000;

function notedBy(people: PeopleSoftware, accounts: number, at = start): void {
  for (let nth = 0; nth < accounts; nth++) people.note(browser, `user${nth}`, at);
}

test("software is people's once five known ones signed in with it; one who does again and again is one", () => {
  const people = new PeopleSoftware();
  notedBy(people, 4);
  expect(people.note(browser, "user3", start)).toBe(false);
  for (let nth = 0; nth < 50; nth++) people.note(browser, "user0", start);
  expect(people.has(browser)).toBe(false);
  expect(people.note(browser, "user4", start)).toBe(true);
  expect(people.note(browser, "user5", start)).toBe(false);
  expect(people.has(browser)).toBe(true);
  expect(people.has({ ...browser, stack: "t1:2" })).toBe(false);
  expect(people.has({ ...browser, app: "bank" })).toBe(false);
});

test("it stays people's for a day after the last used it, and no longer", () => {
  const people = new PeopleSoftware();
  notedBy(people, 5);
  const other = { ...browser, skeleton: "s1:2" };
  people.note(other, "user9", start + day + 1);
  expect(people.has(browser)).toBe(true);
  people.note(other, "user9", start + 2 * day + 2);
  expect(people.has(browser)).toBe(false);
});
