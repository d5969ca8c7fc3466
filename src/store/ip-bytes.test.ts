import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { bytesToIp, ipRange, ipToBytes } from "./ip-bytes.ts";

test("an address survives as bytes", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const bytes = ipToBytes(text)!;
      expect(ipToBytes(bytesToIp(bytes))).toEqual(bytes);
    }),
  );
  expect(bytesToIp(ipToBytes("2001:DB8:0:0:0:0:0:1")!)).toBe("2001:db8::1");
});

test("texts that mean another address elsewhere are no addresses", () => {
  for (const text of ["1", "010.0.0.1x", "1.2.3", "fe80::1%eth0", "1.2.3.4.5", "", "0x7f.1"]) {
    expect(ipToBytes(text)).toBeUndefined();
  }
});

function range(text: string): string[] | undefined {
  const found = ipRange(text);
  return found && [bytesToIp(found.first), bytesToIp(found.last)];
}

test("a network is the range of its addresses", () => {
  expect(range("10.9.8.7")).toEqual(["10.9.8.7", "10.9.8.7"]);
  expect(range("10.9.8.7/20")).toEqual(["10.9.0.0", "10.9.15.255"]);
  expect(range("10.9.8.7/0")).toEqual(["0.0.0.0", "255.255.255.255"]);
  expect(range("10.9.8.7/32")).toEqual(["10.9.8.7", "10.9.8.7"]);
  expect(range("2001:db8::/33")).toEqual(["2001:db8::", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"]);
  for (const text of ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/x", "/8", "2001:db8::/129"]) {
    expect(ipRange(text)).toBeUndefined();
  }
});
