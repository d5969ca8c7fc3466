/** Where the people of the range are: real networks of each kind, from the same registry data that Sallyport uses. */
import { join, resolve } from "node:path";
import type { Dice } from "./seeded-dice.ts";

/** Kinds of networks; customers and attackers draw from the same pools. */
export type NetworkKind =
  | "residential"
  | "mobile"
  | "office"
  | "relay"
  | "vpn"
  | "cloud_listed"
  | "cloud_unlisted"
  | "bulletproof";

/** AS numbers of each kind. Half of the networks that rent out servers are on no list of ours. */
const networks: Readonly<Record<NetworkKind, readonly number[]>> = {
  residential: [7922, 3320, 2856, 5089, 12322, 3215, 6830, 5607, 3269, 7018, 701, 4134, 9121, 28573, 45609],
  mobile: [21928, 22394, 25135, 3209, 55836],
  office: [786, 1103, 2200, 137, 680],
  relay: [36183, 13335, 54113],
  vpn: [9009, 60068, 212238, 136787],
  cloud_listed: [16509, 12876, 31898, 14618],
  cloud_unlisted: [44477, 49870, 206092, 35916, 25820, 20278, 64286, 30083, 32489],
  bulletproof: [],
};

interface Range {
  readonly first: number;
  readonly size: number;
}

/** Addresses by kind of network. */
export class AddressPools {
  readonly #ranges: ReadonlyMap<number, readonly Range[]>;
  readonly #bulletproof: readonly number[];

  private constructor(ranges: ReadonlyMap<number, readonly Range[]>, bulletproof: readonly number[]) {
    this.#ranges = ranges;
    this.#bulletproof = bulletproof;
  }

  /** Reads the registry data (IPv4); about half a second. */
  static async read(): Promise<AddressPools> {
    const root = resolve(import.meta.dir, "../..");
    const listed = await Bun.file(join(root, "policies/lists/bulletproof.txt")).text();
    const bulletproof = [...listed.matchAll(/^(\d+)/gm)].map(([, asn]) => Number(asn));
    const wanted = new Set([...Object.values(networks).flat(), ...bulletproof]);
    const ranges = new Map<number, Range[]>();
    const data = await Bun.file(join(root, "node_modules/@ip-location-db/asn/asn-ipv4-num.csv")).text();
    for (const [, first, last, asn] of data.matchAll(/^(\d+),(\d+),(\d+),/gm)) {
      const number = Number(asn);
      if (!wanted.has(number)) continue;
      const range = { first: Number(first), size: Number(last) - Number(first) + 1 };
      const known = ranges.get(number);
      if (known) known.push(range);
      else ranges.set(number, [range]);
    }
    return new AddressPools(
      ranges,
      bulletproof.filter((asn) => ranges.has(asn)),
    );
  }

  /** Any address of a network of this kind, as text. */
  address(kind: NetworkKind, dice: Dice): string {
    const numbers = kind === "bulletproof" ? this.#bulletproof : networks[kind];
    const known = numbers.filter((asn) => this.#ranges.has(asn));
    const range = dice.pick(this.#ranges.get(dice.pick(known)) ?? []);
    const value = range.first + 1 + Math.floor(dice.chance() * Math.max(1, range.size - 2));
    return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
  }

  /** So many different ones. */
  addresses(kind: NetworkKind, count: number, dice: Dice): string[] {
    const found = new Set<string>();
    while (found.size < count) found.add(this.address(kind, dice));
    return [...found];
  }
}
