/** Lists with their contents, hashed or flattened. */
import { maxListEntries, parseListFile } from "../list-entry.ts";
import type { ListPort } from "../list-port.ts";
import type { ListIr } from "../policy-ir.ts";
import { AddressTable } from "./address-table.ts";
import type { LinkedList } from "./test-value.ts";

/** Reads and links a list; bad entries of a file are skipped, a file that has gone is an empty list. */
export function linkList(ir: ListIr, port: ListPort): LinkedList {
  const entries =
    "values" in ir.source
      ? ir.source.values
      : parseListFile(ir.type, port.read(ir.source.file) ?? "").entries.slice(0, maxListEntries);
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
