import { expect, test } from "bun:test";
import { seededAccount, seededAccounts } from "../../src/demo/seeded.ts";
import { comboList, reservedAccounts, sprayList } from "./combo-list.ts";
import { Dice } from "./seeded-dice.ts";

const accounts = new Map(
  Array.from({ length: seededAccounts }, (_, index) => {
    const { email, password } = seededAccount(index);
    return [email, { index, password }] as const;
  }),
);

test("a list holds as many valid pairs as its hit rate says, and none of a customer who shops today", () => {
  const pairs = comboList(1000, 0.03, 1800, new Dice("a"));
  const fitting = pairs.filter(({ email, password }) => accounts.get(email)?.password === password);
  expect(fitting).toHaveLength(30);
  expect(fitting.every(({ isValid }) => isValid)).toBe(true);
  for (const { email } of pairs) expect(accounts.get(email)?.index ?? 1800).toBeGreaterThanOrEqual(1800);
});

test("no list has the accounts of machines and of customers with true browsers", () => {
  const indices = comboList(1180, 0.5, 1800, new Dice("a")).flatMap(
    ({ email }) => accounts.get(email)?.index ?? [],
  );
  expect(indices.length).toBeGreaterThan(500);
  expect(Math.max(...indices)).toBeLessThan(seededAccounts - reservedAccounts);
});

test("the same seed gives the same list, another one another", () => {
  const first = comboList(200, 0.1, 1800, new Dice("a"));
  expect(comboList(200, 0.1, 1800, new Dice("a"))).toEqual(first);
  expect(comboList(200, 0.1, 1800, new Dice("b"))).not.toEqual(first);
});

test("spraying tries each account once a round", () => {
  const pairs = sprayList(100, 3, 1800, new Dice("a"));
  for (let round = 0; round < 3; round++) {
    const emails = pairs.slice(round * 100, round * 100 + 100).map(({ email }) => email);
    expect(new Set(emails).size).toBe(100);
  }
});
