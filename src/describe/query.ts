/** Name-value pairs of a query or a form, in the encoding that HTML forms use (WHATWG URL §5.1). */
import { decodePercent, utf8Text } from "./percent-decoding.ts";

/** One decoded pair. */
export interface QueryPair {
  readonly name: string;
  readonly value: string;
  /** Present where readers differ: a broken escape, bytes that are no UTF-8, a bare semicolon (once a separator, HTML 4.01 §B.2.2). */
  readonly isDoubtful?: true;
}

/** All pairs in their order; the input's own bound is the only one. Never throws. */
export function parsePairs(text: string): QueryPair[] {
  const pairs: QueryPair[] = [];
  if (text === "") return pairs;
  for (const part of text.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? sound : decode(part.slice(equals + 1));
    const pair = { name: name.text, value: value.text };
    const isSound = name.isSound && value.isSound && !part.includes(";");
    pairs.push(isSound ? pair : { ...pair, isDoubtful: true });
  }
  return pairs;
}

const sound = { text: "", isSound: true };

function decode(raw: string): { text: string; isSound: boolean } {
  const { bytes, isMalformed } = decodePercent(raw, true);
  const { text, isValid } = utf8Text(bytes);
  return { text, isSound: isValid && !isMalformed };
}

/** Values by name; undefined where a name comes twice with different values, since servers take either one. */
export function valuesByName(pairs: readonly QueryPair[]): Map<string, string | undefined> {
  const values = new Map<string, string | undefined>();
  for (const { name, value } of pairs) {
    if (!values.has(name)) values.set(name, value);
    else if (values.get(name) !== value) values.set(name, undefined);
  }
  return values;
}

/** As `valuesByName`, undefined too where only some servers see the same name twice, or the value in another way. */
export function valuesReadAlike(pairs: readonly QueryPair[]): ReadonlyMap<string, string | undefined> {
  const values = valuesByName(pairs);
  for (const { name, isDoubtful } of pairs) if (isDoubtful) values.set(name, undefined);
  const names = new Map<string, string>();
  for (const name of values.keys()) {
    const folded = foldedName(name);
    const known = names.get(folded);
    if (known === undefined) names.set(folded, name);
    else if (values.get(known) !== values.get(name)) values.set(known, undefined).set(name, undefined);
  }
  for (const name of values.keys()) {
    // A name and something within it: to some readers the latter makes a list or an object of the former.
    for (let at = name.indexOf("["); at > 0; at = name.indexOf("[", at + 1)) {
      const outer = names.get(foldedName(name.slice(0, at)));
      if (outer !== undefined && outer !== name) values.set(outer, undefined).set(name, undefined);
    }
  }
  return values;
}

/** A name as the laxest reader sees it: ASP.NET ignores case; PHP cuts at NUL, trims, and turns dots and blanks into "_". */
function foldedName(name: string): string {
  if (!/[^a-z0-9_]/.test(name)) return name;
  const cut = name.split("\0")[0] ?? "";
  return cut
    .trim()
    .toLowerCase()
    .replace(/(?:\[\d*\])+$/, "")
    .replaceAll(/[. ]/g, "_");
}
