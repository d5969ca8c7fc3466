/** The conditions by which a policy can be reached, and what it costs to reach it by one of them. */
import type { ConditionIr } from "../policy-ir.ts";
import { fieldKey } from "./field-key.ts";
import type { LinkedPredicate, QuestionLinker } from "./question-linker.ts";

/** How a condition is looked up: by the field's value, a text in it, its beginning or end, or by asking. */
type Way = "value" | "text" | "prefix" | "suffix" | "gate";

/** A condition that must hold for a policy to match, and by which it can be reached. */
export interface Candidate<F> {
  readonly index: number;
  readonly predicate: LinkedPredicate<F>;
  readonly way: Way;
  /** Candidates of one key are looked up together. */
  readonly key: string;
  /** What the field is to be, begin with or end in; empty for the other ways. */
  readonly values: readonly (string | number)[];
}

const mostIndexedValues = 64;

/** The conditions of a policy that must all hold: those at the top and in `all` blocks. */
export function candidatesOf<F>(
  conditions: readonly ConditionIr[],
  linker: QuestionLinker<F>,
): Candidate<F>[] {
  return conditions.flatMap((condition) => {
    if (typeof condition === "number") return [candidateOf(condition, linker.predicate(condition))];
    return condition.kind === "all" ? candidatesOf(condition.of, linker) : [];
  });
}

function candidateOf<F>(index: number, predicate: LinkedPredicate<F>): Candidate<F> {
  const { subject, test } = predicate.ir;
  const gate = { index, predicate, way: "gate", key: `#${index}`, values: [] } as const;
  if (subject.kind !== "field") return gate;
  const field = fieldKey(subject);
  if (predicate.search) return { index, predicate, way: "text", key: `~${field}`, values: [] };
  const type = predicate.row?.type;
  if (type === "ip") return gate;
  if (test.op === "eq" && typeof test.value !== "boolean") {
    return { index, predicate, way: "value", key: `=${field}`, values: [test.value] };
  }
  if (test.op === "set" && test.values.length <= mostIndexedValues) {
    return { index, predicate, way: "value", key: `=${field}`, values: [...new Set(test.values)] };
  }
  const isText = type === "text" || type === "ja4" || type === "scalar";
  if (!isText || (test.op !== "starts" && test.op !== "ends") || test.value === "") return gate;
  const [way, sign] = test.op === "starts" ? (["prefix", "^"] as const) : (["suffix", "$"] as const);
  return { index, predicate, way, key: `${sign}${field}`, values: [test.value] };
}
