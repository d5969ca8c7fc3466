/** What the peers get of a request: every field read beforehand and free of charge, in the plain form they ask for. */
import { fields, type RuleWorld, type Sample } from "./rule-world.ts";

/** Fields by a name that is an identifier in every engine; "" when missing. */
export type PeerContext = Record<string, string | number>;

/** `header user-agent` as `header_user_agent`. */
export function identifier(name: string): string {
  return name.replace(/[^a-z]/g, "_");
}

/** The context of one sample; `counts` are the measures' values by index. */
export function peerContext(world: RuleWorld, sample: Sample, counts: readonly number[]): PeerContext {
  const context: PeerContext = { route: world.routes[sample.route]?.name ?? "" };
  for (const field of fields) context[identifier(field)] = valueOf(sample, field) ?? "";
  for (const [index, count] of counts.entries()) context[`seen_${index}`] = count;
  return context;
}

function valueOf(sample: Sample, field: (typeof fields)[number]): string | number | undefined {
  switch (field) {
    case "ip":
      return sample.ip;
    case "ip.asn":
      return sample.asn;
    case "ip.country":
      return sample.country;
    case "ip.class":
      return sample.networkClass;
    case "path.id":
      return sample.id;
    case "body.email":
      return sample.email;
    case "header user-agent":
    case "header x-app-version":
    case "header accept-language":
    case "header referer": {
      const name = field.slice("header ".length);
      return sample.headers.find(([sent]) => sent.toLowerCase() === name)?.[1];
    }
  }
}

/** Membership tests of a world's lists: addresses by binary search over merged ranges, networks by a set. */
export class PeerLists {
  readonly #ranges: readonly (readonly (readonly [number, number])[])[];
  readonly #asns: readonly ReadonlySet<number>[];

  constructor(world: RuleWorld) {
    this.#ranges = world.networkLists.map((list) => merge(list.map(rangeOf)));
    this.#asns = world.asnLists.map((list) => new Set(list));
  }

  hasAsn(list: number, asn: number): boolean {
    return this.#asns[list]?.has(asn) ?? false;
  }

  hasAddress(list: number, ip: string): boolean {
    const ranges = this.#ranges[list] ?? [];
    const word = wordOf(ip);
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle]![1] < word) low = middle + 1;
      else high = middle;
    }
    return low < ranges.length && ranges[low]![0] <= word;
  }
}

function wordOf(ip: string): number {
  let word = 0;
  for (const part of ip.split(".")) word = word * 256 + Number(part);
  return word;
}

function rangeOf(network: string): [number, number] {
  const [ip = "", prefix = "32"] = network.split("/");
  const size = 2 ** (32 - Number(prefix));
  const low = Math.floor(wordOf(ip) / size) * size;
  return [low, low + size - 1];
}

function merge(ranges: readonly [number, number][]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [low, high] of [...ranges].sort((left, right) => left[0] - right[0])) {
    const last = merged.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}
