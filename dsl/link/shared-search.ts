/** Brings all `contains` questions about a field together into one search. */
import type { FieldTable } from "../field-table.ts";
import type { FieldIr, PolicyIr } from "../policy-ir.ts";
import type { FieldReader } from "../scheme.ts";
import { type Evaluation, no, type Question, unknown, yes } from "./evaluation.ts";
import { fieldKey } from "./field-key.ts";
import { TextSearch } from "./text-search.ts";

/** Fewer questions are asked one by one. */
const fewestShared = 4;
const predicatesPerStep = 1_000;

/** Where the answer of one predicate is found. */
export interface SharedSearch {
  readonly search: TextSearch;
  readonly index: number;
}

/** Finds the searches of an IR, by the index of the predicate that each answers; some predicates, or one search, a step. */
export function* sharedSearches<F>(
  ir: PolicyIr,
  fields: FieldTable<F>,
  evaluation: Evaluation,
): Generator<undefined, Map<number, SharedSearch>> {
  const groups = new Map<string, { predicate: number; text: string }[]>();
  for (const [predicate, { subject, test }] of ir.predicates.entries()) {
    if (predicate % predicatesPerStep === predicatesPerStep - 1) yield undefined;
    if (subject.kind !== "field" || test.op !== "contains" || test.value === "") continue;
    if (!isTextual(subject, fields)) continue;
    const key = fieldKey(subject);
    const group = groups.get(key);
    if (group) group.push({ predicate, text: test.value });
    else groups.set(key, [{ predicate, text: test.value }]);
  }
  const searches = new Map<number, SharedSearch>();
  for (const group of groups.values()) {
    const fitting = group.slice(0, TextSearch.fitting(group.map(({ text }) => text)));
    if (fitting.length < fewestShared) continue;
    const search = new TextSearch(
      fitting.map(({ text }) => text),
      evaluation,
    );
    for (const [index, { predicate }] of fitting.entries()) searches.set(predicate, { search, index });
    yield undefined;
  }
  return searches;
}

// An order of headers contains names, not parts of names.
function isTextual<F>(field: FieldIr, fields: FieldTable<F>): boolean {
  const type = fields.row(field.field)?.type;
  return type === "text" || type === "ja4" || type === "scalar";
}

/** The question that a shared search answers. */
export function searching<F>(read: FieldReader<F>, { search, index }: SharedSearch): Question<F> {
  return (facts) => {
    const value = read(facts);
    if (typeof value !== "string") return unknown;
    return search.finds(index, value) ? yes : no;
  };
}
