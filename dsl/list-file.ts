/** Files of lists in the formats in which feeds come. */
import { maxListEntries, parseListEntry } from "./list-entry.ts";
import type { ListFormat, ListType } from "./policy-ir.ts";

/** A list file's entries in order, and its bad lines (numbered from 1). */
export interface ListFileContents {
  readonly entries: readonly (string | number)[];
  readonly badLines: readonly { readonly line: number; readonly text: string }[];
}

/** Longest line that is read; feeds of addresses stay far below. */
const longestLine = 4096;

/** Reads a list's file; stops one past `most` entries. Comments start with `#`, in netsets with `;` too. */
export function parseListFile(
  type: ListType,
  text: string,
  format: ListFormat = { kind: "plain" },
  most: number = maxListEntries,
): ListFileContents {
  const entries: (string | number)[] = [];
  const badLines: { line: number; text: string }[] = [];
  let line = 0;
  let isFirst = true;
  for (let start = 0; start < text.length && entries.length <= most; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    line++;
    const content = contentOf(text.slice(start, Math.min(end, start + longestLine)), format);
    start = end + 1;
    if (content === undefined) continue;
    const entry = parseListEntry(type, content);
    // The first row of a table may name its columns.
    const isHeading = isFirst && format.kind === "csv";
    isFirst = false;
    if (entry !== undefined) entries.push(entry);
    else if (!isHeading && badLines.length < 1000) badLines.push({ line, text: content });
  }
  return { entries, badLines };
}

/** What a line holds; undefined when it is blank or a comment. */
function contentOf(line: string, format: ListFormat): string | undefined {
  if (format.kind === "csv") {
    const isBlank = line.trim() === "" || line.startsWith("#");
    return isBlank ? undefined : cellOf(line, format.column);
  }
  const comment = format.kind === "netset" ? line.search(/[#;]/) : line.indexOf("#");
  const content = (comment < 0 ? line : line.slice(0, comment)).trim();
  return content === "" ? undefined : content;
}

/** RFC 4180: the cell of a column, counted from 1; "" where the row is shorter. Cells do not span lines. */
function cellOf(line: string, column: number): string {
  let at = 0;
  for (let index = 1; ; index++) {
    const isQuoted = line[at] === '"';
    const close = isQuoted ? closingQuote(line, at + 1) : at;
    const comma = line.indexOf(",", close);
    const end = comma < 0 ? line.length : comma;
    if (index === column) {
      return isQuoted ? line.slice(at + 1, close).replaceAll('""', '"') : line.slice(at, end).trim();
    }
    if (comma < 0) return "";
    at = comma + 1;
  }
}

function closingQuote(line: string, from: number): number {
  let at = line.indexOf('"', from);
  while (at >= 0 && line[at + 1] === '"') at = line.indexOf('"', at + 2);
  return at < 0 ? line.length : at;
}
