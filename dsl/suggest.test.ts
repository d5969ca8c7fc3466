import { expect, test } from "bun:test";
import { didYouMean } from "./suggest.ts";

const names = ["ip.asn", "ip.as_name", "header.*", "username", "method"];

test("swapped, missing and doubled letters find the name that was meant", () => {
  expect(didYouMean("usrename", names)).toBe("did you mean `username`?");
  expect(didYouMean("metod", names)).toBe("did you mean `method`?");
  expect(didYouMean("ip.ans", names)).toBe("did you mean `ip.asn`?");
});

test("nothing is suggested for a word that is like none", () => {
  expect(didYouMean("country", names)).toBeUndefined();
  expect(didYouMean("u".repeat(10_000), names)).toBeUndefined();
});
