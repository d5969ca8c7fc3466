import { describe, expect, test } from "bun:test";
import { seededCard } from "../../src/demo/seeded.ts";
import { AddressPools } from "./address-pools.ts";
import { comboList } from "./combo-list.ts";
import { customerAccounts, firstAttackedCard, isComing, makeCustomers } from "./customers.ts";
import { Dice } from "./seeded-dice.ts";

const pools = await AddressPools.read();
const perGroup = 40;
const people = makeCustomers(perGroup, pools, new Dice("1 customers"));
const occasional = people.filter(({ group }) => group === "occasional");

describe("people who come now and then", () => {
  test("have the accounts that attackers have", () => {
    const theirs = new Set(occasional.map(({ email }) => email));
    const attacked = comboList(300, 1, customerAccounts(perGroup), new Dice("list"));
    expect(occasional).toHaveLength(5 * perGroup);
    expect(attacked.filter(({ email }) => theirs.has(email)).length).toBeGreaterThan(10);
  });

  test("came before, most of them, and come seldom", () => {
    const dice = new Dice("days");
    const came = occasional.filter((one) => isComing(one, dice, { regular: 1, occasional: 0.7 })).length;
    expect(came / occasional.length).toBeGreaterThan(0.55);
    expect(came / occasional.length).toBeLessThan(0.85);
    const regular = people.filter(({ group }) => group !== "occasional");
    expect(regular.every((one) => isComing(one, dice, { regular: 1, occasional: 0 }))).toBe(true);
  });
});

test("a few of those who come from elsewhere have neither device nor network with them", () => {
  const many = makeCustomers(200, pools, new Dice("2 customers"));
  const strangers = many.filter(({ isOnNewDevice }) => isOnNewDevice);
  expect(strangers.length).toBeGreaterThan(0);
  expect(strangers.length).toBeLessThan(20);
  expect(strangers.every(({ group }) => group === "wanderer")).toBe(true);
});

test("nobody who shops has a card that attackers guess", () => {
  const attacked = new Set(
    Array.from({ length: 200 }, (_, index) => seededCard(firstAttackedCard + index).code),
  );
  const many = makeCustomers(200, pools, new Dice("2 customers"));
  expect(many.filter(({ giftCard }) => attacked.has(giftCard))).toEqual([]);
});
