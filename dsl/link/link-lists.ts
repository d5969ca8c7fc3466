/**
 * Lists with their contents, hashed or flattened. What takes long, reading and parsing, makes a prepared list, which
 * another thread can hand over; what is left to do with it comes in steps.
 */
import { parseListFile } from "../list-file.ts";
import type { ListPort } from "../list-port.ts";
import type { ListFileIr, ListIr, ListType } from "../policy-ir.ts";
import { AddressTable, type AddressWords, addressWords } from "./address-table.ts";
import type { LinkedList } from "./test-value.ts";

/** A list's contents in buffers and one text, so that handing them to another thread copies or moves bytes only. */
export type PreparedList =
  | ({ readonly kind: "addresses" } & AddressWords)
  | { readonly kind: "numbers"; readonly numbers: Uint32Array }
  /** All texts one after the other, and where each of them ends. */
  | { readonly kind: "texts"; readonly text: string; readonly ends: Uint32Array };

/** Entries that are taken up in one step. */
const entriesPerStep = 4_000;

/** Reads a list; bad entries of a file are skipped, a file that has gone is an empty list. */
export function prepareList(ir: ListIr, port: ListPort): PreparedList {
  const entries = "values" in ir.source ? ir.source.values : fileEntries(ir.type, ir.source, port);
  switch (ir.type) {
    case "cidr":
    case "ip":
      return { kind: "addresses", ...addressWords(entries) };
    case "asn":
      return { kind: "numbers", numbers: Uint32Array.from(entries, Number) };
    case "country":
    case "ja4":
    case "text":
      return preparedTexts(entries.map(String));
  }
}

/** The buffers of a prepared list, which can be moved instead of copied. */
export function buffersOf(list: PreparedList): ArrayBufferLike[] {
  switch (list.kind) {
    case "addresses":
      return [list.four.buffer, list.six.buffer];
    case "numbers":
      return [list.numbers.buffer];
    case "texts":
      return [list.ends.buffer];
  }
}

/** Links a prepared list, some thousands of entries a step. */
export function* linkList(list: PreparedList): Generator<undefined, LinkedList> {
  if (list.kind === "addresses") return { kind: "addresses", table: new AddressTable(list) };
  const values = new Set<string | number>();
  const count = list.kind === "numbers" ? list.numbers.length : list.ends.length;
  let start = 0;
  for (let index = 0; index < count; index++) {
    if (list.kind === "numbers") values.add(list.numbers[index]!);
    else {
      const end = list.ends[index]!;
      values.add(list.text.slice(start, end));
      start = end;
    }
    if (index % entriesPerStep === entriesPerStep - 1) yield undefined;
  }
  return { kind: "values", values };
}

function preparedTexts(texts: readonly string[]): PreparedList {
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (const [index, text] of texts.entries()) {
    end += text.length;
    ends[index] = end;
  }
  return { kind: "texts", text: texts.join(""), ends };
}

function fileEntries(type: ListType, { file, format, max }: ListFileIr, port: ListPort): (string | number)[] {
  const text = port.read(file);
  const { entries, badLines } = parseListFile(type, text ?? "", format, max);
  if (text === undefined || badLines.length > 0 || entries.length > max) port.unsound?.(file);
  return entries.slice(0, max);
}
