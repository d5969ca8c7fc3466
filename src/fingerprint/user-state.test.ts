import { expect, test } from "bun:test";
import { Facts } from "../describe/facts.ts";
import { sampleRequest } from "../describe/sample-request.ts";
import { cookiesVector } from "./cookies.ts";
import { localeVector } from "./locale.ts";
import { RequestPrints } from "./request-prints.ts";

type Headers = readonly (readonly [name: string, value: string])[];
const factsOf = (headers: Headers) => new Facts(sampleRequest({ headers }), 0);
const printsOf = (headers: Headers) => new RequestPrints(factsOf(headers));

test("the locale is what is asked for, in its order and with its weights, not how it is spelled", () => {
  const vector = localeVector(
    factsOf([
      ["Accept-Language", "en-GB, en;q=0.9"],
      ["accept-encoding", "gzip, deflate, br"],
    ]),
  );
  expect(vector).toBe("language en-gb,en;q=0.9 encoding gzip,deflate,br");
  expect(localeVector(factsOf([["Accept-Encoding", "gzip"]]))).toBe("language - encoding gzip");
  expect(printsOf([["Accept-Language", "EN,  de"]]).locale).toBe(
    printsOf([["Accept-Language", "en,de"]]).locale,
  );
  expect(printsOf([["Accept-Language", "en"]]).locale).toMatch(/^l1:[0-9a-f]{16}$/);
  expect(printsOf([]).locale).toBeUndefined();
  expect(localeVector(factsOf([["Accept-Language", "x".repeat(9_000)]]))?.length).toBeLessThan(300);
});

test("cookies count by their set of names: order, values and numbers in names do not matter", () => {
  expect(cookiesVector(factsOf([["Cookie", "sid=1; _ga_77=x; cart=2; sid=3"]]))).toBe("_ga_#;cart;sid");
  const one = printsOf([["Cookie", "a=1; b=2; c9=3"]]).cookies;
  expect(one).toMatch(/^c1:[0-9a-f]{16}$/);
  expect(
    printsOf([
      ["Cookie", "c10=x; b=y"],
      ["Cookie", "a=z"],
    ]).cookies,
  ).toBe(one);
  expect(printsOf([["Cookie", "a=1; b=2"]]).cookies).not.toBe(one);
  expect(printsOf([]).cookies).toBeUndefined();
  const many = Array.from(
    { length: 3_000 },
    (_, index) => `n${String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26))}=1`,
  );
  expect(cookiesVector(factsOf([["Cookie", many.join(";")]]))?.length).toBeLessThan(64 * 65);
});
