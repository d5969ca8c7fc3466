/** Reads the ip-location-db CSV files (`start,end,value[,name]`, both ends inclusive, sorted by start). */

import type { Ranges } from "./merge-ranges.ts";

/** How addresses of one family become keys: IPv4 its 32 bits, IPv6 its upper 64. */
interface KeySpace<K extends number | bigint> {
  readonly start: (text: string) => K;
  readonly end: (text: string) => K;
}

const keys4: KeySpace<number> = { start: Number, end: (text) => Number(text) + 1 };

// A customer has at least a /64 (RFC 6177), so the lower 64 bits tell nobody's network apart. The few
// shorter ranges are router and DNS anycast addresses; the first one takes its /64.
const keys6: KeySpace<bigint> = {
  start: (text) => BigInt(text) >> 64n,
  end: (text) => (BigInt(text) >> 64n) + 1n,
};

/** Called for each line with its value and what follows it; gives the value's index (not 0). */
export type ValueReader = (value: string, rest: string) => number;

/** Parses IPv4 ranges; throws an Error that names the line number of a malformed line. */
export function parseCsv4(text: string, read: ValueReader): Ranges<number> {
  return parseCsv(text, keys4, 0, read);
}

/** Parses IPv6 ranges at /64 granularity; throws an Error that names the line number of a malformed line. */
export function parseCsv6(text: string, read: ValueReader): Ranges<bigint> {
  return parseCsv(text, keys6, 0n, read);
}

function parseCsv<K extends number | bigint>(
  text: string,
  keys: KeySpace<K>,
  zero: K,
  read: ValueReader,
): Ranges<K> {
  const starts: K[] = [];
  const ends: K[] = [];
  const values: number[] = [];
  let previousEnd = zero;
  let lineStart = 0;
  for (let line = 1; lineStart < text.length; line++) {
    const newline = text.indexOf("\n", lineStart);
    const lineEnd = newline < 0 ? text.length : newline;
    const first = text.indexOf(",", lineStart);
    const second = text.indexOf(",", first + 1);
    if (first < 0 || second < 0 || second >= lineEnd) throw new Error(`malformed line ${line}`);
    const third = text.indexOf(",", second + 1);
    const valueEnd = third < 0 || third > lineEnd ? lineEnd : third;
    const from = keys.start(text.slice(lineStart, first));
    const end = keys.end(text.slice(first + 1, second));
    // The data holds ranges nested in a neighbour; what the earlier one covers stays its own.
    const start = from < previousEnd ? previousEnd : from;
    if (start < end) {
      starts.push(start);
      ends.push(end);
      values.push(read(text.slice(second + 1, valueEnd), text.slice(valueEnd + 1, lineEnd)));
      previousEnd = end;
    }
    lineStart = lineEnd + 1;
  }
  return { starts, ends, values };
}

/** Undoes the quoting of a CSV field (RFC 4180 §2.7). */
export function unquoteCsv(field: string): string {
  const text = field.endsWith("\r") ? field.slice(0, -1) : field;
  return text.startsWith('"') && text.endsWith('"') && text.length > 1
    ? text.slice(1, -1).replaceAll('""', '"')
    : text;
}
