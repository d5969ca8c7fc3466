/** Lists with their contents, hashed or flattened. */
import { parseListFile } from "../list-file.ts";
import type { ListPort } from "../list-port.ts";
import type { ListFileIr, ListIr, ListType } from "../policy-ir.ts";
import { AddressTable } from "./address-table.ts";
import type { LinkedList } from "./test-value.ts";

/** Reads and links a list; bad entries of a file are skipped, a file that has gone is an empty list. */
export function linkList(ir: ListIr, port: ListPort): LinkedList {
  const entries = "values" in ir.source ? ir.source.values : fileEntries(ir.type, ir.source, port);
  switch (ir.type) {
    case "cidr":
    case "ip":
      return { kind: "addresses", table: new AddressTable(entries) };
    case "asn":
    case "country":
    case "ja4":
    case "text":
      return { kind: "values", values: new Set(entries) };
  }
}

function fileEntries(type: ListType, { file, format, max }: ListFileIr, port: ListPort): (string | number)[] {
  const text = port.read(file);
  const { entries, badLines } = parseListFile(type, text ?? "", format, max);
  if (text === undefined || badLines.length > 0 || entries.length > max) port.unsound?.(file);
  return entries.slice(0, max);
}
