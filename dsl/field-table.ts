/** Finds fields by the names that policies write. */
import type { FieldRow, Scheme } from "./scheme.ts";

/** A field as named in a policy. */
export interface FoundField<F> {
  readonly row: FieldRow<F>;
  readonly parameter: string;
}

/** A scheme's rows by name and by prefix. */
export class FieldTable<F> {
  private readonly exact = new Map<string, FieldRow<F>>();
  private readonly prefixes = new Map<string, FieldRow<F>>();

  constructor(scheme: Scheme<F>) {
    for (const row of scheme.fields) {
      if (row.name.endsWith(".*")) this.prefixes.set(row.name.slice(0, -1), row);
      else this.exact.set(row.name, row);
    }
  }

  /** The field of a full name: a row of its own first (`body.size`), then the longest prefix row (`body.*`). */
  find(name: string): FoundField<F> | undefined {
    const row = this.exact.get(name);
    if (row) return { row, parameter: "" };
    for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
      const prefixed = this.prefixes.get(name.slice(0, dot + 1));
      if (!prefixed) continue;
      const parameter = name.slice(dot + 1);
      // RFC 9110 §5.1: header names are case-insensitive.
      return { row: prefixed, parameter: prefixed.name === "header.*" ? parameter.toLowerCase() : parameter };
    }
    return undefined;
  }

  /** The row of a name in the scheme, `header.*` included. */
  row(name: string): FieldRow<F> | undefined {
    return name.endsWith(".*") ? this.prefixes.get(name.slice(0, -1)) : this.exact.get(name);
  }

  /** All names, for suggestions. */
  *names(): Iterable<string> {
    yield* this.exact.keys();
    for (const row of this.prefixes.values()) yield row.name;
  }
}
