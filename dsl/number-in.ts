/** The number that a value of a request is, where a policy compares it with one. */
import type { FieldValue } from "./scheme.ts";

// Linear on any text: each part can end in one place only.
const decimal = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** A number as it is, or a text that is one as a whole (`50`, `"50.0"`, `5e1`), so that quoting is no way around; undefined else. */
export function numberIn(value: FieldValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && decimal.test(value) ? Number(value) : undefined;
}
