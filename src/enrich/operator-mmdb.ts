/** Reads the operator's own mmdb file (MaxMind, DB-IP and ip-location-db layouts of ASN and country). */

import { Reader, type Response } from "mmdb-lib";
import type { IpAddress } from "../accept/ip-address.ts";
import { AppError } from "../app-error.ts";

/** What the file says about an address; a field is undefined where it says nothing. */
export interface MmdbAnswer {
  readonly asn: number | undefined;
  readonly asName: string | undefined;
  readonly country: string | undefined;
}

// The file is held in memory; the largest commercial ones are below this.
const maxFileBytes = 1024 * 1024 * 1024;
const maxNameLength = 128;
const separatorBytes = 16;

/** Looks addresses up in one mmdb file held in memory. */
export class OperatorMmdb {
  private readonly reader: Reader<Response>;

  private constructor(reader: Reader<Response>) {
    this.reader = reader;
  }

  /** Opens and probes a file; throws AppError `network_data_unreadable` naming the path. */
  static async open(path: string): Promise<OperatorMmdb> {
    try {
      const file = Bun.file(path);
      if (file.size > maxFileBytes) throw new Error(`larger than ${maxFileBytes} bytes`);
      const bytes = Buffer.from(await file.arrayBuffer());
      const reader = new Reader<Response>(bytes);
      if (reader.metadata.searchTreeSize + separatorBytes >= bytes.length) throw new Error("truncated");
      for (const address of ["1.1.1.1", "8.8.8.8", "2001:4860:4860::8888"]) reader.get(address);
      return new OperatorMmdb(reader);
    } catch (error) {
      throw new AppError("network_data_unreadable", `cannot read ${path} as an mmdb file`, error);
    }
  }

  /** The file's answer; undefined if it has none or its record cannot be decoded. Never throws. */
  find(ip: IpAddress): MmdbAnswer | undefined {
    try {
      return answerOf(this.reader.get(ip.text));
    } catch {
      // A damaged record must not stop requests; the built-in data answers in its place.
      return undefined;
    }
  }
}

function answerOf(record: unknown): MmdbAnswer | undefined {
  const traits = field(record, "traits");
  const asn = field(record, "autonomous_system_number") ?? field(traits, "autonomous_system_number");
  const name =
    field(record, "autonomous_system_organization") ?? field(traits, "autonomous_system_organization");
  const country =
    field(field(record, "country"), "iso_code") ??
    field(field(record, "registered_country"), "iso_code") ??
    field(record, "country_code");
  const answer = {
    asn: typeof asn === "number" && asn > 0 ? asn : undefined,
    asName: typeof name === "string" ? name.slice(0, maxNameLength) : undefined,
    country: typeof country === "string" && /^[A-Z]{2}$/.test(country) ? country : undefined,
  };
  return answer.asn === undefined && answer.country === undefined ? undefined : answer;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
