import { expect, test } from "bun:test";
import { parseIpAddress } from "../accept/ip-address.ts";
import { isSpecialPurpose } from "./special-purpose.ts";

function special(text: string): boolean {
  const ip = parseIpAddress(text);
  if (!ip) throw new Error(`bad address ${text}`);
  return isSpecialPurpose(ip);
}

// RFC 6890 blocks by their first and last address; the neighbours on both sides are ordinary.
test.each([
  ["0.0.0.0", "0.255.255.255", undefined, "1.0.0.0"],
  ["10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"],
  ["100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"],
  ["127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"],
  ["169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"],
  ["172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"],
  ["192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"],
  ["192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"],
  ["192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"],
  ["198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"],
  ["198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"],
  ["203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"],
  ["224.0.0.0", "255.255.255.255", "223.255.255.255", undefined],
  ["::", "::1", undefined, "::1:0:0:0"],
  ["fc00::", "fdff:ffff::1", "fbff::1", "fe00::"],
  ["fe80::", "febf:ffff::1", "fe7f::1", "fec0::"],
  ["ff00::", "ffff::1", "feff::1", undefined],
  ["2001:db8::", "2001:db8:ffff::1", "2001:db7::1", "2001:db9::"],
  ["3fff::", "3fff:fff::1", "3ffe::1", "3fff:1000::"],
  ["100::", "100::ffff:0:0:1", "ff::1", "100:0:0:1::"],
  ["64:ff9b:1::", "64:ff9b:1:ffff::1", "64:ff9b::808:808", "64:ff9b:2::"],
])("%s to %s is special-purpose and its neighbours are not", (first, last, before, after) => {
  expect([special(first), special(last)]).toEqual([true, true]);
  for (const neighbour of [before, after])
    if (neighbour !== undefined) expect(special(neighbour)).toBe(false);
});

test("an IPv4-mapped address is judged as the IPv4 address it is", () => {
  expect(special("::ffff:192.168.0.1")).toBe(true);
  expect(special("::ffff:8.8.8.8")).toBe(false);
});
