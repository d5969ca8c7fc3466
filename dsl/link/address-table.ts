/** Networks as flat, sorted, merged integer ranges: a look-up is one binary search. */
import { type AddressRange, parseAddressRange } from "../address-range.ts";
import type { IpValue } from "../scheme.ts";

/** A set of addresses. */
export class AddressTable {
  /** IPv4 ranges as low, high, low, high … in order, without overlap. */
  private readonly four: Uint32Array;
  /** IPv6 ranges, eight words each: four of the low end, four of the high. */
  private readonly six: Uint32Array;

  /** Texts that are no address or network are left out; the compiler has reported them. */
  constructor(cidrs: Iterable<string | number>) {
    const ranges: AddressRange[] = [];
    for (const cidr of cidrs) {
      const range = parseAddressRange(String(cidr));
      if (range) ranges.push(range);
    }
    this.four = flattened(ranges.filter((range) => range.family === 4));
    this.six = flattened(ranges.filter((range) => range.family === 6));
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
  const words: number[] = [];
  for (const range of merged) words.push(...range.low, ...range.high);
  return Uint32Array.from(words);
}

function compareWords(left: readonly number[], right: readonly number[]): number {
  for (const [index, word] of left.entries()) {
    const difference = word - right[index]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
