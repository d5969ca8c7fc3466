/** What stuffers bring: pairs from breaches elsewhere, some of which fit. */
import { seededAccount, seededAccounts } from "../../src/demo/seeded.ts";
import type { Pair } from "./attack-tally.ts";
import type { Dice } from "./seeded-dice.ts";

const commonPasswords = [
  "123456789",
  "password1",
  "qwerty123",
  "iloveyou1",
  "Summer2024!",
  "letmein22",
  "dragon99",
];

/** Accounts at the shop's end that machines and true browsers of customers use, and that no list has. */
export const reservedAccounts = 20;

/** A list of `count` pairs, `hitRate` of them valid, for accounts from `firstAccount` on; of the rest half name nobody here. */
export function comboList(count: number, hitRate: number, firstAccount: number, dice: Dice): Pair[] {
  const accounts = dice.shuffle(
    Array.from({ length: seededAccounts - reservedAccounts - firstAccount }, (_, index) =>
      seededAccount(firstAccount + index),
    ),
  );
  const valid = Math.min(accounts.length, Math.max(1, Math.round(count * hitRate)));
  const pairs = Array.from({ length: count }, (_, index): Pair => {
    const account = accounts[index];
    if (account && index < valid) return { ...account, isValid: true };
    const password = `${dice.pick(commonPasswords)}${dice.between(0, 99)}`;
    const isKnown = account !== undefined && dice.is(0.5);
    const email = isKnown ? account.email : `user${dice.between(1e5, 9e6)}@quickmail.example`;
    return { email, password, isValid: false };
  });
  return dice.shuffle(pairs);
}

/** One or a few passwords for everybody (spraying): `share` of the accounts really have the last one. */
export function sprayList(accounts: number, passwords: number, firstAccount: number, dice: Dice): Pair[] {
  const people = Array.from({ length: accounts }, (_, index) => seededAccount(firstAccount + index));
  return Array.from({ length: passwords }, (_, round) =>
    people.map((person, index): Pair => {
      // A person with a password that everybody tries: in the last round it fits one account in a hundred.
      const isValid = round === passwords - 1 && index % 100 === 7;
      return isValid
        ? { email: person.email, password: person.password, isValid }
        : { email: person.email, password: commonPasswords[round % commonPasswords.length]!, isValid: false };
    }),
  ).flatMap((round) => dice.shuffle(round));
}
