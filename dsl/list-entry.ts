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

/** A list file's entries in order, and its bad lines (numbered from 1). */
export interface ListFileContents {
  readonly entries: readonly (string | number)[];
  readonly badLines: readonly { readonly line: number; readonly text: string }[];
}

/** Reads a list file: one entry a line, `#` starts a comment, blank lines are skipped; stops one past the limit. */
export function parseListFile(type: ListType, text: string): ListFileContents {
  const entries: (string | number)[] = [];
  const badLines: { line: number; text: string }[] = [];
  let line = 0;
  for (let start = 0; start < text.length && entries.length <= maxListEntries; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    line++;
    const content = withoutComment(text.slice(start, end));
    start = end + 1;
    if (content === "") continue;
    const entry = parseListEntry(type, content);
    if (entry !== undefined) entries.push(entry);
    else if (badLines.length < 1000) badLines.push({ line, text: content });
  }
  return { entries, badLines };
}

function withoutComment(line: string): string {
  const hash = line.indexOf("#");
  return (hash < 0 ? line : line.slice(0, hash)).trim();
}
