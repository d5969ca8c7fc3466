/** Networks as flat, sorted, merged integer ranges: a look-up is one binary search. */
import { type AddressRange, parseAddressRange } from "../address-range.ts";
import type { IpValue } from "../scheme.ts";

/** Ranges as words: they can be handed from one thread to another. */
export interface AddressWords {
  /** IPv4 ranges as low, high, low, high … in order, without overlap. */
  readonly four: Uint32Array;
  /** IPv6 ranges, eight words each: four of the low end, four of the high. */
  readonly six: Uint32Array;
}

/** The ranges of texts; those that are no address or network are left out, the compiler has reported them. */
export function addressWords(cidrs: Iterable<string | number>): AddressWords {
  const ranges: AddressRange[] = [];
  for (const cidr of cidrs) {
    const range = parseAddressRange(String(cidr));
    if (range) ranges.push(range);
  }
  return {
    four: flattened(ranges.filter((range) => range.family === 4)),
    six: flattened(ranges.filter((range) => range.family === 6)),
  };
}

/** A set of addresses. */
export class AddressTable {
  private readonly four: Uint32Array;
  private readonly six: Uint32Array;

  /** From ranges, or from texts of addresses and networks. */
  constructor(source: Iterable<string | number> | AddressWords) {
    const { four, six } = "four" in source ? source : addressWords(source);
    this.four = four;
    this.six = six;
  }

  /** True when the address lies in one of the networks. */
  has(ip: IpValue): boolean {
    return ip.family === 4 ? this.hasFour(ip.d) : this.hasSix(ip);
  }

  private hasFour(word: number): boolean {
    const table = this.four;
    let low = 0;
    let high = (table.length >> 1) - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (word < table[2 * middle]!) high = middle - 1;
      else if (word > table[2 * middle + 1]!) low = middle + 1;
      else return true;
    }
    return false;
  }

  private hasSix(ip: IpValue): boolean {
    const table = this.six;
    let low = 0;
    let high = (table.length >> 3) - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (compareSix(ip, table, 8 * middle) < 0) high = middle - 1;
      else if (compareSix(ip, table, 8 * middle + 4) > 0) low = middle + 1;
      else return true;
    }
    return false;
  }
}

function compareSix(ip: IpValue, table: Uint32Array, at: number): number {
  return ip.a - table[at]! || ip.b - table[at + 1]! || ip.c - table[at + 2]! || ip.d - table[at + 3]!;
}

function flattened(ranges: AddressRange[]): Uint32Array {
  ranges.sort((left, right) => compareWords(left.low, right.low) || compareWords(right.high, left.high));
  const merged: AddressRange[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (!last || compareWords(range.low, last.high) > 0) merged.push(range);
    // Networks nest or are disjoint, so one that starts inside the last one ends inside it.
  }
  const isFour = merged[0]?.family === 4;
  const size = isFour ? 1 : 4;
  const words = new Uint32Array(merged.length * 2 * size);
  for (const [index, { low, high }] of merged.entries()) {
    words.set(low, index * 2 * size);
    words.set(high, (index * 2 + 1) * size);
  }
  return words;
}

function compareWords(left: readonly number[], right: readonly number[]): number {
  for (const [index, word] of left.entries()) {
    const difference = word - right[index]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
