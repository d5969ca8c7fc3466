/** The client's true address: the socket's peer, or what a declared trusted front says (never anybody else). */
import { type Cidr, cidrContains } from "./cidr.ts";
import { type ForwardedHop, forwardedHops } from "./forwarded.ts";
import { type IpAddress, parseIpAddress } from "./ip-address.ts";

/** Hops read at the most; a longer chain is cut at its left, where the least trustworthy ones are. */
const maxHops = 32;

/** True when the address belongs to one of the trusted fronts. */
export function isTrusted(ip: IpAddress, trusted: readonly Cidr[]): boolean {
  return trusted.some((cidr) => cidrContains(cidr, ip));
}

/**
 * The rightmost hop of X-Forwarded-For that is no trusted front, if the peer itself is one; else the peer.
 * Forwarded (RFC 7239) counts only where there is no X-Forwarded-For: nearly every front appends to the latter, and
 * passes a Forwarded that the client made up.
 * A hop that is no address ends the walk at the hop before it, whose front vouches for nothing further.
 */
export function clientAddress(
  peer: IpAddress,
  lowerNames: readonly string[],
  values: readonly string[],
  trusted: readonly Cidr[],
): IpAddress {
  if (trusted.length === 0 || !isTrusted(peer, trusted)) return peer;
  return clientBehind(peer, lowerNames, values, (ip) => isTrusted(ip, trusted));
}

/** The rightmost hop that is no front, starting from a peer that is one. */
export function clientBehind(
  peer: IpAddress,
  lowerNames: readonly string[],
  values: readonly string[],
  isFront: (ip: IpAddress) => boolean,
): IpAddress {
  let client = peer;
  for (const ip of hopsOf(lowerNames, values)) {
    if (!ip) return client;
    client = ip;
    if (!isFront(ip)) return client;
  }
  return client;
}

/** Rightmost first. */
function hopsOf(lowerNames: readonly string[], values: readonly string[]): readonly ForwardedHop[] {
  const line = joined("x-forwarded-for", lowerNames, values);
  if (line === undefined) return forwardedHops(joined("forwarded", lowerNames, values) ?? "", maxHops);
  if (!line.includes(",")) return [parseHop(line)];
  return line.split(",").slice(-maxHops).reverse().map(parseHop);
}

/** The values of a field as one list; undefined without it. */
function joined(
  lowerName: string,
  lowerNames: readonly string[],
  values: readonly string[],
): string | undefined {
  let line: string | undefined;
  for (let index = 0; index < lowerNames.length; index++) {
    if (lowerNames[index] !== lowerName) continue;
    line = line === undefined ? values[index] : `${line},${values[index]}`;
  }
  return line;
}

/** A hop with or without port: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80". */
function parseHop(hop: string): IpAddress | undefined {
  const text = hop.trim();
  if (!text.includes(":")) return parseIpAddress(text);
  const bracketed = /^\[([0-9a-fA-F:.]+)\](?::\d+)?$/.exec(text);
  if (bracketed) return parseIpAddress(bracketed[1] ?? "");
  const withPort = /^([\d.]+):\d+$/.exec(text);
  return parseIpAddress(withPort?.[1] ?? text);
}
