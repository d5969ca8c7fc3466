import { expect, test } from "bun:test";
import { compilePolicies } from "../compile-policies.ts";
import { sampleLists, sampleScheme } from "../sample-scheme.ts";

const text = "app a {}\npolicy p on a { expires 2030-06-30  when { ip.asn = 1 } then { label seen } }";

test.each([
  ["2030-06-01", []],
  ["2030-06-20", ["policy `p` expires within two weeks"]],
  ["2030-06-30", ["policy `p` expires within two weeks"]],
  ["2030-07-02", ["policy `p` has expired: it stays in force only while it keeps matching"]],
])("at %s an expiry on 30 June is told as due", (day, expected) => {
  const files = [{ name: "p.policy", text }];
  const { diagnostics } = compilePolicies(files, sampleScheme, sampleLists, Date.parse(day));
  const found = diagnostics.filter(({ code }) => code === "W030").map(({ message }) => message);
  expect(found).toEqual(expected);
});
