import { expect, test } from "bun:test";
import { AddressPools } from "./address-pools.ts";
import { browser, shuffled } from "./client-software.ts";
import { comboList, sprayList } from "./combo-list.ts";
import { makeCustomers } from "./customers.ts";
import { Dice } from "./seeded-dice.ts";

const pools = await AddressPools.read();
const intent = { kind: "form", method: "POST", path: "/login", body: "a=b", cookies: [] } as const;

/** Everything that is thrown for, as text. */
function thrown(seed: number): string {
  const customers = makeCustomers(6, pools, new Dice(`${seed} customers`)).map(
    ({ software, dice, ...rest }) => [rest, software.headers(intent), dice.chance()],
  );
  const dice = new Dice(`${seed} attack`);
  return JSON.stringify([
    customers,
    comboList(200, 0.1, 500, dice.fork("list")),
    sprayList(50, 3, 500, dice.fork("spray")),
    pools.addresses("residential", 50, dice.fork("addresses")),
    pools.addresses("bulletproof", 50, dice.fork("bulletproof")),
    browser("chromium", dice.fork("browser")).headers(intent),
    shuffled(dice.fork("shuffled")).headers(intent),
  ]);
}

test("the same seed gives the same people, addresses, software and lists in the same order; another seed others", () => {
  expect(thrown(1)).toBe(thrown(1));
  expect(thrown(2)).not.toBe(thrown(1));
});
