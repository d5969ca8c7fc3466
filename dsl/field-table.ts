/** Finds fields by the names that policies write. */
import { numberIn } from "./number-in.ts";
import { patternReach } from "./pattern.ts";
import type { FieldRow, Scheme } from "./scheme.ts";

/** A field as named in a policy. */
export interface FoundField<F> {
  readonly row: FieldRow<F>;
  readonly parameter: string;
}

/** What a question about the length of a field ends in. */
const truncatedEnd = ".truncated";
// No name that a policy writes has this sign.
const numberEnd = "#number";

/** A scheme's rows by name and by prefix, and the rows derived from them. */
export class FieldTable<F> {
  private readonly exact = new Map<string, FieldRow<F>>();
  private readonly prefixes = new Map<string, FieldRow<F>>();
  private readonly derived = new Map<string, FieldRow<F>>();

  constructor(scheme: Scheme<F>) {
    for (const row of scheme.fields) {
      if (row.name.endsWith(".*")) this.prefixes.set(row.name.slice(0, -1), row);
      else this.exact.set(row.name, row);
    }
  }

  /** The field of a full name: a row of its own first (`body.size`), then FIELD.truncated, then the longest prefix row (`body.*`). */
  find(name: string): FoundField<F> | undefined {
    const row = this.exact.get(name);
    if (row) return { row, parameter: "" };
    const whole = name.endsWith(truncatedEnd) ? this.find(name.slice(0, -truncatedEnd.length)) : undefined;
    const truncated = whole && this.row(whole.row.name + truncatedEnd);
    if (truncated) return { row: truncated, parameter: whole.parameter };
    for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
      const prefixed = this.prefixes.get(name.slice(0, dot + 1));
      if (!prefixed) continue;
      const parameter = name.slice(dot + 1);
      // RFC 9110 §5.1: header names are case-insensitive.
      return { row: prefixed, parameter: prefixed.name === "header.*" ? parameter.toLowerCase() : parameter };
    }
    return undefined;
  }

  /** The row of a name in the scheme, `header.*` included, or of one derived from it. */
  row(name: string): FieldRow<F> | undefined {
    const known = name.endsWith(".*") ? this.prefixes.get(name.slice(0, -1)) : this.exact.get(name);
    return known ?? this.derived.get(name) ?? this.derive(name);
  }

  private derive(name: string): FieldRow<F> | undefined {
    const end = name.endsWith(numberEnd) ? numberEnd : truncatedEnd;
    const base = name.endsWith(end) ? this.row(name.slice(0, -end.length)) : undefined;
    if (!base) return undefined;
    const row = end === numberEnd ? numberRow(base) : truncatedRow(base);
    if (row) this.derived.set(name, row);
    return row;
  }

  /** All names, for suggestions. */
  *names(): Iterable<string> {
    yield* this.exact.keys();
    for (const row of this.prefixes.values()) yield row.name;
  }
}

/** The name of the row that reads a body's value as a number. */
export function numberName(row: FieldRow<never>): string {
  return row.name + numberEnd;
}

/** The name of the row that a derived one reads. */
export function basicName(name: string): string {
  return name.endsWith(numberEnd) ? name.slice(0, -numberEnd.length) : name;
}

function numberRow<F>(base: FieldRow<F>): FieldRow<F> {
  const { values: _, bindEach: __, ...rest } = base;
  const bind = (parameter: string) => {
    const read = base.bind(parameter);
    return (facts: F) => numberIn(read(facts));
  };
  return { ...rest, name: base.name + numberEnd, type: "int", isSensitive: base.isSensitive ?? true, bind };
}

function truncatedRow<F>(base: FieldRow<F>): FieldRow<F> | undefined {
  if (base.type !== "text" && base.type !== "scalar" && base.type !== "ja4") return undefined;
  const { values: _, bindEach: __, ...rest } = base;
  const doc = `True when \`${base.name}\` is longer than the ${patternReach} characters that a pattern sees.`;
  const bind = (parameter: string) => {
    const read = base.bind(parameter);
    return (facts: F) => {
      const value = read(facts);
      return typeof value === "string" ? value.length > patternReach : undefined;
    };
  };
  return { ...rest, name: base.name + truncatedEnd, type: "bool", doc, isSensitive: false, bind };
}
