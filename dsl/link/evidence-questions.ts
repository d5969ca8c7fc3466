/** Questions about measures, memories and sequences, as closures. */
import type { MeasureIr, TestIr } from "../policy-ir.ts";
import { usualLimit } from "../usual-bounds.ts";
import { no, type Question, type Truth, unknown, yes } from "./evaluation.ts";
import type { LinkedMeasure } from "./linked-measure.ts";
import type { LinkedMemory } from "./linked-memory.ts";
import type { LinkedSequence } from "./linked-sequence.ts";

const truth = (holds: boolean): Truth => (holds ? yes : no);

/** Compares a measure with a multiple of what is usual for it; unknown while that is. */
export function askUsual<F>(
  measure: LinkedMeasure<F>,
  { compare, factor }: Extract<TestIr, { op: "usual" }>,
): Question<F> {
  const { kind } = measure.ir;
  return (facts) => {
    const value = measure.read(facts);
    const usual = value === undefined ? undefined : measure.usual();
    if (value === undefined || usual === undefined) return unknown;
    return truth(isOrdered(compare, value, usualLimit(kind, usual, factor)));
  };
}

function isOrdered(compare: "lt" | "le" | "gt" | "ge", value: number, limit: number): boolean {
  switch (compare) {
    case "lt":
      return value < limit;
    case "le":
      return value <= limit;
    case "gt":
      return value > limit;
    case "ge":
      return value >= limit;
  }
}

/** Asks a memory; `undefined` for a question that no checked program asks. */
export function askMemory<F>(memory: LinkedMemory<F>, { op }: TestIr): Question<F> | undefined {
  switch (op) {
    case "known":
    case "new":
    case "differs":
      return (facts) => memory.ask(op, facts);
    case "present":
      return (facts) => truth(memory.isPresent(facts));
    case "missing":
      return (facts) => truth(!memory.isPresent(facts));
    case "saturated":
      return () => truth(memory.isSaturated());
    default:
      return undefined;
  }
}

/** Asks a sequence, as one asks a bool. */
export function askSequence<F>(sequence: LinkedSequence<F>, test: TestIr): Question<F> | undefined {
  switch (test.op) {
    case "holds":
      return (facts) => sequence.ask(facts);
    case "eq":
      return (facts) => compared(sequence.ask(facts), test.value === true);
    case "ne":
      return (facts) => compared(sequence.ask(facts), test.value !== true);
    case "present":
      return (facts) => truth(sequence.ask(facts) !== unknown);
    case "missing":
      return (facts) => truth(sequence.ask(facts) === unknown);
    case "saturated":
      return () => truth(sequence.isSaturated());
    default:
      return undefined;
  }
}

function compared(answer: Truth, wanted: boolean): Truth {
  return answer === unknown ? unknown : truth((answer === yes) === wanted);
}

/** A measure's value for receipts, with its unit. */
export function measureText(kind: MeasureIr["kind"], value: number): string {
  switch (kind) {
    case "share":
      return `${Math.round(value * 10) / 10}%`;
    case "gap":
      return `${Math.round(value)}ms`;
    case "count":
    case "distinct":
    case "new":
      return String(Math.round(value * 10) / 10);
  }
}
