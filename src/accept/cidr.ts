/** Address ranges in CIDR notation (RFC 4632, RFC 4291 §2.3). */
import { type IpAddress, parseIpAddress } from "./ip-address.ts";

/** A network: its base address and prefix length in bits. */
export interface Cidr {
  readonly base: IpAddress;
  readonly bits: number;
}

/** Parses "10.0.0.0/8", "2001:db8::/32" or a single address; undefined when malformed. Host bits are ignored. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", prefix, ...rest] = text.trim().split("/");
  const base = parseIpAddress(address);
  if (!base || rest.length > 0) return undefined;
  const width = base.family === 4 ? 32 : 128;
  if (prefix === undefined) return { base, bits: width };
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > width) return undefined;
  return { base, bits: Number(prefix) };
}

/** The network of one address. */
export function wholeAddress(ip: IpAddress): Cidr {
  return { base: ip, bits: ip.family === 4 ? 32 : 128 };
}

/** True when the address lies in the network; families never match each other. */
export function cidrContains(cidr: Cidr, ip: IpAddress): boolean {
  if (cidr.base.family !== ip.family) return false;
  if (ip.family === 4) return sameBits(cidr.base.d, ip.d, cidr.bits);
  return (
    sameBits(cidr.base.a, ip.a, cidr.bits) &&
    sameBits(cidr.base.b, ip.b, cidr.bits - 32) &&
    sameBits(cidr.base.c, ip.c, cidr.bits - 64) &&
    sameBits(cidr.base.d, ip.d, cidr.bits - 96)
  );
}

function sameBits(left: number, right: number, bits: number): boolean {
  if (bits <= 0) return true;
  // A shift by 32 is a shift by 0 in JavaScript, so whole words compare directly.
  return bits >= 32 ? left === right : (left ^ right) >>> (32 - bits) === 0;
}
