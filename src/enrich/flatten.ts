/** Turns the CSV files of `@ip-location-db` into the table that is searched (see network-table.ts). */

import { parseCsv4, parseCsv6, unquoteCsv } from "./csv-ranges.ts";
import { type KeySpan, mergeRanges } from "./merge-ranges.ts";
import { encodeNetworkTable } from "./network-table.ts";

/** The texts of the four CSV files. */
export interface NetworkCsv {
  readonly asn4: string;
  readonly asn6: string;
  readonly country4: string;
  readonly country6: string;
}

const span4: KeySpan<number> = { zero: 0, limit: 2 ** 32 };
const span6: KeySpan<bigint> = { zero: 0n, limit: 1n << 64n };

/** Flattens the CSV texts; takes about a second; throws an Error on a malformed line. */
export function flattenNetworks(csv: NetworkCsv): ArrayBuffer {
  const ases = new AsTable();
  const rows = new RowTable();
  const readAs = (asn: string, name: string) => ases.indexOf(asn, name);
  const rowOf = (as: number, country: number) => rows.indexOf(as, country);
  const merged4 = mergeRanges(
    parseCsv4(csv.asn4, readAs),
    parseCsv4(csv.country4, countryCode),
    span4,
    rowOf,
  );
  const merged6 = mergeRanges(
    parseCsv6(csv.asn6, readAs),
    parseCsv6(csv.country6, countryCode),
    span6,
    rowOf,
  );
  return encodeNetworkTable({
    starts4: merged4.starts,
    rows4: merged4.rows,
    starts6: merged6.starts,
    rows6: merged6.rows,
    rowAs: rows.as,
    rowCountry: rows.country,
    asns: ases.asns,
    names: ases.names,
  });
}

function countryCode(text: string): number {
  const code = unquoteCsv(text);
  if (!/^[A-Z]{2}$/.test(code)) throw new Error(`malformed country \`${code}\``);
  return code.charCodeAt(0) * 256 + code.charCodeAt(1);
}

class AsTable {
  readonly asns: number[] = [0];
  readonly names: string[] = [""];
  private readonly indexes = new Map<string, number>();

  indexOf(asn: string, name: string): number {
    const known = this.indexes.get(asn);
    if (known !== undefined) return known;
    if (!/^[1-9]\d{0,9}$/.test(asn)) throw new Error(`malformed AS number \`${asn}\``);
    this.indexes.set(asn, this.asns.length);
    this.names.push(unquoteCsv(name));
    return this.asns.push(Number(asn)) - 1;
  }
}

class RowTable {
  readonly as: number[] = [0];
  readonly country: number[] = [0];
  private readonly indexes = new Map<number, number>([[0, 0]]);

  indexOf(as: number, country: number): number {
    const key = as * 65_536 + country;
    const known = this.indexes.get(key);
    if (known !== undefined) return known;
    this.indexes.set(key, this.as.length);
    this.country.push(country);
    return this.as.push(as) - 1;
  }
}
