import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { networkKey, parseIpAddress } from "./ip-address.ts";

test("IPv4 is read as one word", () => {
  expect(parseIpAddress("192.0.2.1")).toEqual({
    family: 4,
    a: 0,
    b: 0,
    c: 0,
    d: 0xc0000201,
    text: "192.0.2.1",
  });
  expect(parseIpAddress("255.255.255.255")?.d).toBe(0xffffffff);
  expect(parseIpAddress("0.0.0.0")?.d).toBe(0);
});

test.each([
  "",
  "1",
  "1.2.3",
  "1.2.3.4.5",
  "256.0.0.1",
  "01.2.3.4",
  "1.2.3.04",
  "1.2.3.-4",
  "1.2.3.4 ",
  "0x7f.0.0.1",
  "1.2.3.4:80",
  "a.b.c.d",
  "١.2.3.4",
])("%p is no IPv4 address", (text) => expect(parseIpAddress(text)).toBeUndefined());

// RFC 5952 §4.
test.each([
  ["2001:DB8::1", "2001:db8::1"],
  ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["::", "::"],
  ["::1", "::1"],
  ["1::", "1::"],
  ["fe80::1:2", "fe80::1:2"],
  ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
])("%p is written %p", (text, canonical) => expect(parseIpAddress(text)?.text).toBe(canonical));

test.each([
  ":",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7:8::",
  "::12345",
  "::g",
  "[::1]",
  "fe80::1%eth0",
  "::1.2.3",
  "1.2.3.4::",
  "::1:",
  ":1::2",
  "::ffff:1.2.3.256",
])("%p is no IPv6 address", (text) => expect(parseIpAddress(text)).toBeUndefined());

test.each(["::ffff:192.0.2.1", "::FFFF:c000:201", "0:0:0:0:0:ffff:192.0.2.1"])(
  "the mapped %p is IPv4",
  (text) => expect(parseIpAddress(text)).toEqual(parseIpAddress("192.0.2.1")),
);

test("the canonical text of any address reads as the same address", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const ip = parseIpAddress(text);
      expect(ip).toBeDefined();
      expect(parseIpAddress(ip?.text ?? "")).toEqual(ip);
    }),
  );
});

function keyOf(text: string): string {
  return networkKey(parseIpAddress(text)!);
}

test("an IPv6 network is its /64, an IPv4 network the address", () => {
  expect(keyOf("2001:db8:1:2:3::4")).toBe(keyOf("2001:db8:1:2:ffff::1"));
  expect(keyOf("2001:db8:1:2::")).not.toBe(keyOf("2001:db8:1:3::"));
  expect(keyOf("192.0.2.1")).toBe("192.0.2.1");
});
