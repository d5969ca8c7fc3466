/** The makers of field rows: what each kind of field has in common. */
import type { FieldRow, FieldType, FieldValue } from "../../dsl/index.ts";
import { closedSets } from "./closed-sets.ts";
import type { Facts } from "./facts.ts";

/** A row of the field table. */
export type Row = FieldRow<Facts>;
type Reading = (facts: Facts) => FieldValue | undefined;

/** What the edge saw by itself. */
export const observed = (name: string, type: FieldType, cost: number, doc: string, read: Reading): Row => ({
  name,
  type,
  trust: "observed",
  doc,
  cost,
  ...valuesOf(name),
  bind: () => read,
});
const valuesOf = (name: string): { readonly values?: readonly string[] } => {
  const values = closedSets[name];
  return values ? { values } : {};
};
/** What the client merely says. */
export const claimed = (name: string, type: FieldType, cost: number, doc: string, read: Reading): Row => ({
  ...observed(name, type, cost, doc, read),
  trust: "claimed",
});
/** A field with a parameter, such as `header.NAME`. */
export const named = (
  name: string,
  trust: Row["trust"],
  cost: number,
  doc: string,
  bind: (parameter: string) => Reading,
): Row => ({ name, type: "text", trust, doc, cost, bind });

/** What is known only once the request has its place. */
export const placed = (row: Row): Row => ({ ...row, isPlaced: true });
