/** The client's true address: the socket's peer, or what a declared trusted front says (never anybody else). */
import { type Cidr, cidrContains } from "./cidr.ts";
import { type IpAddress, parseIpAddress } from "./ip-address.ts";

/** Hops read at the most; a longer chain is cut at its left, where the least trustworthy ones are. */
const maxHops = 32;

/** True when the address belongs to one of the trusted fronts. */
export function isTrusted(ip: IpAddress, trusted: readonly Cidr[]): boolean {
  return trusted.some((cidr) => cidrContains(cidr, ip));
}

/**
 * The rightmost hop of X-Forwarded-For that is no trusted front, if the peer itself is one; else the peer.
 * A hop that is no address ends the walk at the hop before it, whose front vouches for nothing further.
 */
export function clientAddress(
  peer: IpAddress,
  lowerNames: readonly string[],
  values: readonly string[],
  trusted: readonly Cidr[],
): IpAddress {
  if (trusted.length === 0 || !isTrusted(peer, trusted)) return peer;
  let client = peer;
  for (const hop of forwardedHops(lowerNames, values)) {
    const ip = parseHop(hop);
    if (!ip) return client;
    client = ip;
    if (!isTrusted(ip, trusted)) return client;
  }
  return client;
}

function forwardedHops(lowerNames: readonly string[], values: readonly string[]): string[] {
  const lines = values.filter((_, index) => lowerNames[index] === "x-forwarded-for");
  return lines.join(",").split(",").slice(-maxHops).reverse();
}

/** A hop with or without port: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80". */
function parseHop(hop: string): IpAddress | undefined {
  const text = hop.trim();
  const bracketed = /^\[([0-9a-fA-F:.]+)\](?::\d+)?$/.exec(text);
  if (bracketed) return parseIpAddress(bracketed[1] ?? "");
  const withPort = /^([\d.]+):\d+$/.exec(text);
  return parseIpAddress(withPort?.[1] ?? text);
}
