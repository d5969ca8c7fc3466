/**
 * Lists with their contents, hashed or flattened. What takes long, reading and parsing, makes a prepared list, which
 * another thread can hand over; what is left to do with it comes in steps.
 */
import { parseListFile } from "../list-file.ts";
import type { ListPort } from "../list-port.ts";
import type { ListFileIr, ListIr, ListType } from "../policy-ir.ts";
import { AddressTable, type AddressWords, addressWords } from "./address-table.ts";
import type { LinkedList } from "./test-value.ts";
import { TextTable, type TextWords, textWords } from "./text-table.ts";

/** A list's contents in buffers and one text, so that handing them to another thread copies or moves bytes only. */
export type PreparedList =
  | ({ readonly kind: "addresses" } & AddressWords)
  /** In ascending order. */
  | { readonly kind: "numbers"; readonly numbers: Uint32Array }
  | ({ readonly kind: "texts" } & TextWords);

/** Longer lists are searched as they are handed over. */
const longestSet = 4_000;
/** Entries that are taken up in one step where texts were made to collide. */
const entriesPerStep = 4_000;

/** Reads a list; bad entries of a file are skipped, a file that has gone is an empty list. */
export function prepareList(ir: ListIr, port: ListPort): PreparedList {
  const entries = "values" in ir.source ? ir.source.values : fileEntries(ir.type, ir.source, port);
  switch (ir.type) {
    case "cidr":
    case "ip":
      return { kind: "addresses", ...addressWords(entries) };
    case "asn":
      return { kind: "numbers", numbers: Uint32Array.from(entries, Number).sort() };
    case "country":
    case "ja4":
    case "text":
      return { kind: "texts", ...textWords(entries.map(String), longestSet) };
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
      return [list.ends.buffer, list.slots.buffer];
  }
}

/** Links a prepared list, in steps where it takes long. */
export function* linkList(list: PreparedList): Generator<undefined, LinkedList> {
  switch (list.kind) {
    case "addresses":
      return { kind: "addresses", table: new AddressTable(list) };
    case "numbers": {
      const { numbers } = list;
      const isShort = numbers.length <= longestSet;
      return {
        kind: "values",
        values: isShort ? new Set(numbers) : { has: (value) => hasNumber(numbers, value) },
      };
    }
    case "texts":
      return { kind: "values", values: list.slots.length > 0 ? new TextTable(list) : yield* setOf(list) };
  }
}

function* setOf({ text, ends }: TextWords): Generator<undefined, ReadonlySet<string | number>> {
  const values = new Set<string | number>();
  let start = 0;
  for (const [index, end] of ends.entries()) {
    values.add(text.slice(start, end));
    start = end;
    if (index % entriesPerStep === entriesPerStep - 1) yield undefined;
  }
  return values;
}

function hasNumber(numbers: Uint32Array, value: string | number): boolean {
  if (typeof value !== "number") return false;
  let [low, high] = [0, numbers.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const number = numbers[middle]!;
    if (number === value) return true;
    if (number < value) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

function fileEntries(type: ListType, { file, format, max }: ListFileIr, port: ListPort): (string | number)[] {
  const text = port.read(file);
  const { entries, badLines } = parseListFile(type, text ?? "", format, max);
  if (text === undefined || badLines.length > 0 || entries.length > max) port.unsound?.(file);
  return entries.slice(0, max);
}
