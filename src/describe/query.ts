/** Name-value pairs of a query or a form, in the encoding that HTML forms use (WHATWG URL §5.1). */
import { decodePercent, utf8Text } from "./percent-decoding.ts";

/** One decoded pair. */
export interface QueryPair {
  readonly name: string;
  readonly value: string;
}

/** All pairs in their order; the input's own bound is the only one. Never throws. */
export function parsePairs(text: string): QueryPair[] {
  const pairs: QueryPair[] = [];
  if (text === "") return pairs;
  for (const part of text.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    pairs.push({ name: decode(name), value: equals < 0 ? "" : decode(part.slice(equals + 1)) });
  }
  return pairs;
}

function decode(text: string): string {
  return utf8Text(decodePercent(text, true).bytes).text;
}

/** Values by name; undefined where a name comes twice with different values, since servers take either one. */
export function valuesByName(pairs: readonly QueryPair[]): ReadonlyMap<string, string | undefined> {
  const values = new Map<string, string | undefined>();
  for (const { name, value } of pairs) {
    if (!values.has(name)) values.set(name, value);
    else if (values.get(name) !== value) values.set(name, undefined);
  }
  return values;
}
