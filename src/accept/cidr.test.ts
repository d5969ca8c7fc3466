import { expect, test } from "bun:test";
import { cidrContains, parseCidr } from "./cidr.ts";
import { parseIpAddress } from "./ip-address.ts";

function contains(range: string, address: string): boolean {
  return cidrContains(parseCidr(range)!, parseIpAddress(address)!);
}

test.each([
  ["10.0.0.0/8", "10.255.255.255", true],
  ["10.0.0.0/8", "11.0.0.0", false],
  ["10.1.2.3/8", "10.9.9.9", true],
  ["0.0.0.0/0", "255.255.255.255", true],
  ["128.0.0.0/1", "127.255.255.255", false],
  ["192.0.2.4/31", "192.0.2.5", true],
  ["192.0.2.4/31", "192.0.2.6", false],
  ["192.0.2.4", "192.0.2.4", true],
  ["192.0.2.4/32", "192.0.2.5", false],
  ["2001:db8::/32", "2001:db8:ffff::1", true],
  ["2001:db8::/32", "2001:db9::", false],
  ["2001:db8::/33", "2001:db8:8000::", false],
  ["2001:db8:0:1::/64", "2001:db8:0:1:ffff::", true],
  ["2001:db8:0:1::/64", "2001:db8:0:2::", false],
  ["2001:db8::1:0/112", "2001:db8::1:ffff", true],
  ["2001:db8::1:0/112", "2001:db8::2:0", false],
  ["2001:db8::1", "2001:db8::1", true],
  ["::/0", "ffff::", true],
  ["::/0", "192.0.2.1", false],
  ["0.0.0.0/0", "::1", false],
  ["10.0.0.0/8", "::ffff:10.1.2.3", true],
])("%p holds %p: %p", (range, address, expected) => expect(contains(range, address)).toBe(expected));

test.each([
  "",
  "/8",
  "10.0.0.0/",
  "10.0.0.0/33",
  "::/129",
  "10.0.0.0/8/8",
  "10.0.0.0/-1",
  "10.0.0.0/8.0",
  "10.0.0/8",
  "a/8",
  "10.0.0.0/ 8",
])("%p is no range", (text) => expect(parseCidr(text)).toBeUndefined());
