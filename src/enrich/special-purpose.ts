/**
 * Addresses that no Internet customer has: loopback, private use, carrier NAT, link-local, documentation.
 * A request from one comes from the operator's own side, so its network class is "private".
 */

import type { IpAddress } from "../accept/ip-address.ts";

// IANA IPv4 Special-Purpose Address Registry (RFC 6890), 100.64.0.0/10 from RFC 6598 included.
const blocks4: readonly (readonly [start: number, bits: number])[] = [
  [0x00000000, 8], // 0.0.0.0/8, this network
  [0x0a000000, 8], // 10.0.0.0/8, RFC 1918
  [0x64400000, 10], // 100.64.0.0/10, carrier NAT
  [0x7f000000, 8], // 127.0.0.0/8, loopback
  [0xa9fe0000, 16], // 169.254.0.0/16, link-local
  [0xac100000, 12], // 172.16.0.0/12, RFC 1918
  [0xc0000000, 24], // 192.0.0.0/24, IETF protocol assignments
  [0xc0000200, 24], // 192.0.2.0/24, documentation
  [0xc0a80000, 16], // 192.168.0.0/16, RFC 1918
  [0xc6120000, 15], // 198.18.0.0/15, benchmarks
  [0xc6336400, 24], // 198.51.100.0/24, documentation
  [0xcb007100, 24], // 203.0.113.0/24, documentation
  [0xe0000000, 3], // 224.0.0.0/4 multicast and 240.0.0.0/4 reserved
];

// Indexed by the first octet, because most octets hold no such block and then one array read decides.
const blocksByOctet: readonly (readonly (readonly [start: number, mask: number])[])[] = Array.from(
  { length: 256 },
  (_, octet) =>
    blocks4
      .map(([start, bits]): [number, number] => [start, (0xffffffff << (32 - bits)) >>> 0])
      .filter(([start, mask]) => ((octet << 24) & mask & 0xff000000) >>> 0 === (start & 0xff000000) >>> 0),
);

/** Whether an address is special-purpose, not global unicast (IANA registries, RFC 6890). */
export function isSpecialPurpose(ip: IpAddress): boolean {
  return ip.family === 4 ? isSpecial4(ip.d) : isSpecial6(ip);
}

function isSpecial4(word: number): boolean {
  const blocks = blocksByOctet[word >>> 24] ?? [];
  for (const [start, mask] of blocks) if ((word & mask) >>> 0 === start) return true;
  return false;
}

// IANA IPv6 Special-Purpose Address Registry. 64:ff9b::/96 (RFC 6052) and 2002::/16 (6to4) stand for
// other people's IPv4 addresses, so they are not private.
function isSpecial6(ip: IpAddress): boolean {
  const { a, b, c } = ip;
  if (a === 0 && b === 0 && c === 0) return true; // ::, ::1 and the deprecated ::/96
  if ((a & 0xfe000000) >>> 0 === 0xfc000000) return true; // fc00::/7, unique local
  if ((a & 0xffc00000) >>> 0 === 0xfe800000) return true; // fe80::/10, link-local
  if (a >>> 24 === 0xff) return true; // ff00::/8, multicast
  if (a === 0x20010db8) return true; // 2001:db8::/32, documentation
  if ((a & 0xfffff000) >>> 0 === 0x3fff0000) return true; // 3fff::/20, documentation (RFC 9637)
  if (a === 0x01000000 && b === 0) return true; // 100::/64, discard-only (RFC 6666)
  return a === 0x0064ff9b && b >>> 16 === 1; // 64:ff9b:1::/48, local-use translation (RFC 8215)
}
