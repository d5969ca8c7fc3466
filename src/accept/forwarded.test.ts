import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { forwardedHops } from "./forwarded.ts";

/** The hops, rightmost first, "-" for what is no address. */
const hops = (value: string, limit = 32) => forwardedHops(value, limit).map((hop) => hop?.text ?? "-");

test.each<[string, string, string[]]>([
  ["§4, a list", "for=192.0.2.43, for=198.51.100.17", ["198.51.100.17", "192.0.2.43"]],
  ["§4, other parameters in any order", "proto=https;For=192.0.2.60;by=203.0.113.43", ["192.0.2.60"]],
  ["§4, names are case-insensitive", "FOR=192.0.2.60", ["192.0.2.60"]],
  ["§4, quoted IPv6 with a port", 'For="[2001:db8:cafe::17]:4711"', ["2001:db8:cafe::17"]],
  ["§6, quoted IPv4 with a port", 'for="192.0.2.43:47011"', ["192.0.2.43"]],
  ["§6, an obfuscated port", 'for="192.0.2.43:_gazonk"', ["192.0.2.43"]],
  ["§6, mapped IPv4", 'for="[::ffff:192.0.2.43]"', ["192.0.2.43"]],
  ["§6, IPv6 without brackets is ambiguous", 'for="2001:db8::17"', ["-"]],
  ["§6, IPv4 in brackets", 'for="[192.0.2.43]"', ["-"]],
  ["§6.2, unknown", "for=unknown", ["-"]],
  ["§6.3, obfuscated identifiers", 'for=_hidden, for="_SEVKISEK"', ["-", "-"]],
  ["unquoted, as careless fronts write it", "for=192.0.2.43:4711", ["192.0.2.43"]],
  [
    "white space around separators",
    " for=192.0.2.43 ; proto=http ,\tfor=192.0.2.44",
    ["192.0.2.44", "192.0.2.43"],
  ],
  ["a comma and a semicolon in a quoted string", 'for=192.0.2.1;by="a,b;for=6.6.6.6"', ["192.0.2.1"]],
  ["an escaped quote in a quoted string", 'for=192.0.2.1;by="a\\",for=6.6.6.6"', ["192.0.2.1"]],
  ["a quoted pair within the address", 'for="192.0.2.\\43"', ["192.0.2.43"]],
  ["an element without for", "proto=https", ["-"]],
  ["an empty element", "for=192.0.2.1,,", ["-", "-", "192.0.2.1"]],
  ["§4, for twice in one element", "for=192.0.2.1;for=192.0.2.2", ["-"]],
  ["no pair", "192.0.2.1", ["-"]],
  ["an octet too large", "for=192.0.2.256", ["-"]],
])("RFC 7239 %s", (_name, value, expected) => {
  expect(hops(value)).toEqual(expected);
});

test("an open quote, which a client can send, swallows nothing of what the front appended", () => {
  expect(hops('for="6.6.6.6, for=192.0.2.9')[0]).toBe("192.0.2.9");
  expect(hops('for="6.6.6.6, for="[2001:db8::9]"')[0]).toBe("2001:db8::9");
  expect(hops('for=6.6.6.6;x="\\, for="[2001:db8::9]:80";proto=https')[0]).toBe("2001:db8::9");
});

test("what a front appends is the first hop whatever stands before it", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (before) => {
      // Only a comma that is itself inside the client's own text could be the front's.
      expect(hops(`${before}, for="[2001:db8::9]"`)[0]).toBe("2001:db8::9");
    }),
    { numRuns: 2_000 },
  );
});

test("a hostile value costs a bounded walk", () => {
  expect(hops(`for=192.0.2.1${",for=10.0.0.2".repeat(5_000)}`)).toHaveLength(32);
  const startedAt = performance.now();
  for (const text of ['"', "\\", '\\"', ";", "for=", "a=b;"]) hops(text.repeat(16_000));
  expect(performance.now() - startedAt).toBeLessThan(200);
});
