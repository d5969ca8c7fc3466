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

/** Asks a memory; unknown for a question that no checked program asks. */
export function askMemory<F>(memory: LinkedMemory<F>, { op }: TestIr): Question<F> {
  if (op === "known" || op === "new" || op === "differs") return (facts) => memory.ask(op, facts);
  if (op === "present") return (facts) => truth(memory.isPresent(facts));
  if (op === "missing") return (facts) => truth(!memory.isPresent(facts));
  if (op === "saturated") return () => truth(memory.isSaturated());
  return () => unknown;
}

/** Asks a sequence, as one asks a bool; unknown for a question that no checked program asks. */
export function askSequence<F>(sequence: LinkedSequence<F>, test: TestIr): Question<F> {
  if (test.op === "holds") return (facts) => sequence.ask(facts);
  if (test.op === "eq" || test.op === "ne") {
    const wanted = (test.value === true) === (test.op === "eq");
    return (facts) => compared(sequence.ask(facts), wanted);
  }
  if (test.op === "present") return (facts) => truth(sequence.ask(facts) !== unknown);
  if (test.op === "missing") return (facts) => truth(sequence.ask(facts) === unknown);
  if (test.op === "saturated") return () => truth(sequence.isSaturated());
  return () => unknown;
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
