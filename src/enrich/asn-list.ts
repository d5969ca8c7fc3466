/**
 * Reads a curated list of networks (`policies/lists/*.txt`): one `ASN  # name — source of knowledge` a line.
 * A line without a source is an error: nobody can review an accusation that does not say who made it.
 */

import { AppError } from "../app-error.ts";

/** One network of a list. */
export interface AsnListEntry {
  readonly asn: number;
  readonly name: string;
  readonly source: string;
}

const entryPattern = /^(?:AS)?([1-9]\d{0,9})\s+#\s*(\S.*?)\s+—\s+(\S.*)$/;

/** Parses a list; throws AppError `policies_unreadable` naming the list and line of the first mistake. */
export function parseAsnList(text: string, listName: string): readonly AsnListEntry[] {
  const entries = new Map<number, AsnListEntry>();
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const [, digits, name, source] = entryPattern.exec(line) ?? [];
    const asn = Number(digits);
    if (name === undefined || source === undefined || asn > 0xffffffff) {
      throw listError(listName, index, "expected `ASN  # name — source of knowledge`");
    }
    if (entries.has(asn)) throw listError(listName, index, `AS${asn} is listed twice`);
    entries.set(asn, { asn, name, source });
  }
  return [...entries.values()];
}

function listError(listName: string, index: number, problem: string): AppError {
  return new AppError("policies_unreadable", `${listName} line ${index + 1}: ${problem}`);
}
