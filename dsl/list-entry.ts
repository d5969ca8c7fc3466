/** Entries of lists: what each type takes, whether written in a policy or in a file. */
import { parseAddressRange } from "./address-range.ts";
import type { ListType } from "./policy-ir.ts";

/** Largest list, in entries. */
export const maxListEntries = 500_000;

const listTypes: readonly string[] = ["asn", "cidr", "ip", "country", "ja4", "text"] satisfies ListType[];

/** True when a word names a list type. */
export function isListType(word: string): word is ListType {
  return listTypes.includes(word);
}

/** The list types' names, for suggestions. */
export function listTypeNames(): readonly string[] {
  return listTypes;
}

/** Reads one entry; undefined when it is none of its type. ASNs become numbers, countries upper case. */
export function parseListEntry(type: ListType, text: string): string | number | undefined {
  switch (type) {
    case "asn": {
      const digits = /^(?:[Aa][Ss])?(\d{1,10})$/.exec(text)?.[1];
      const number = Number(digits ?? "-1");
      return number >= 0 && number <= 0xffffffff ? number : undefined;
    }
    case "cidr":
      return parseAddressRange(text) ? text : undefined;
    case "ip":
      return text.includes("/") || !parseAddressRange(text) ? undefined : text;
    case "country":
      return /^[A-Za-z]{2}$/.test(text) ? text.toUpperCase() : undefined;
    case "ja4":
      return /^[a-z]\d{2}[a-z]\d{4}[a-z0-9]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/.test(text) ? text : undefined;
    case "text":
      return text === "" || text.length > 1024 ? undefined : text;
  }
}
