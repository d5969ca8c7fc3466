/** Identity of a field with its parameter. */
import type { FieldIr } from "../policy-ir.ts";

/** A text that two fields share only if they are the same. */
export function fieldKey(field: FieldIr): string {
  return `${field.field}\0${field.parameter}`;
}
