/**
 * Against server-side request forgery: what may be called is looked up once, judged, and then connected to as it was
 * judged, so that a name cannot mean another address a moment later.
 */
import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";

/** A target that the operator allows wherever it lies; without a port, on every port. */
export interface AllowedTarget {
  readonly host: string;
  readonly port: number | undefined;
}

/** An address to connect to, or why there is none. */
export type Destination = { readonly address: string } | { readonly problem: string };

/** Looks a name up; its addresses. */
export type LookUp = (host: string) => Promise<readonly string[]>;

/** `HOST`, `HOST:PORT`, `[V6]:PORT`; undefined for anything else. */
export function parseAllowedTarget(text: string): AllowedTarget | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  if (host === undefined || (port !== undefined && (port < 1 || port > 65_535))) return undefined;
  return { host: host.toLowerCase(), port };
}

/** Where a host may be called: any of its addresses that belongs to the public, or all of them if it is allowed by name. */
export async function findDestination(
  host: string,
  port: number,
  allowed: readonly AllowedTarget[],
  lookUp: LookUp = systemLookUp,
): Promise<Destination> {
  const name = bare(host);
  const isAllowed = (text: string) =>
    allowed.some((one) => bare(one.host) === text && (one.port === undefined || one.port === port));
  let addresses: readonly string[];
  try {
    addresses = ipaddr.isValid(name) ? [name] : await lookUp(name);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    return { problem: `the name ${name} cannot be looked up (${code})` };
  }
  const address = addresses.find((one) => isAllowed(name) || isAllowed(one) || isPublic(one));
  if (address !== undefined) return { address };
  const [first] = addresses;
  if (first === undefined) return { problem: `the name ${name} has no address` };
  const range = ipaddr.isValid(first) ? ipaddr.process(first).range() : "no address";
  return {
    problem: `${name} is ${first} (${range}), which is not called; --allow-webhook-target ${host}:${port} allows it`,
  };
}

/** True for addresses that anybody in the Internet may have; forms that carry another address count as that one, or as nothing. */
export function isPublic(address: string): boolean {
  // `process` takes v4-mapped addresses for what they map; NAT64, 6to4 and Teredo are ranges of their own.
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

function bare(host: string): string {
  return host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

async function systemLookUp(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address);
}
