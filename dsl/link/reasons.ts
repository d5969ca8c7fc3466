/** Why a policy matched: its conditions that held, with the values that they saw. Computed only for matches. */
import type { Reason } from "../decision.ts";
import type { ConditionIr, PolicyIr } from "../policy-ir.ts";
import type { FieldRow, FieldValue } from "../scheme.ts";
import { type Truth, unknown, yes } from "./evaluation.ts";
import { measureText } from "./evidence-questions.ts";
import type { LinkedPredicate, QuestionLinker } from "./question-linker.ts";

const longestValue = 200;
const mostReasons = 20;

/** The reasons of conditions all of which hold for these facts; call within the evaluation that found them to hold. */
export function reasonsOf<F>(
  conditions: readonly ConditionIr[],
  linker: QuestionLinker<F>,
  ir: PolicyIr,
  facts: F,
): Reason[] {
  const reasons: Reason[] = [];
  for (let index = 0; index < conditions.length; index++) {
    addReasons(conditions[index]!, { linker, ir, facts, reasons });
  }
  return reasons;
}

interface Reasoning<F> {
  readonly linker: QuestionLinker<F>;
  readonly ir: PolicyIr;
  readonly facts: F;
  readonly reasons: Reason[];
}

/** Adds what a condition that holds has seen. */
function addReasons<F>(condition: ConditionIr, reasoning: Reasoning<F>): void {
  const { linker, ir, facts, reasons } = reasoning;
  if (reasons.length >= mostReasons) return;
  if (typeof condition === "number") {
    const predicate = linker.predicate(condition);
    reasons.push({ clause: predicate.ir.text, value: valueSeen(predicate, linker, ir, facts) });
  } else if (condition.kind === "none") reasons.push({ clause: condition.text, value: "none of them" });
  else for (const part of condition.of) if (asked(part, linker, facts)) addReasons(part, reasoning);
}

function asked<F>(condition: ConditionIr, linker: QuestionLinker<F>, facts: F): boolean {
  const ask = typeof condition === "number" ? linker.predicate(condition).ask : linker.condition(condition);
  return ask(facts) === yes;
}

/** The value that a predicate saw, cut and without what is sensitive. */
export function valueSeen<F>(
  predicate: LinkedPredicate<F>,
  linker: QuestionLinker<F>,
  ir: PolicyIr,
  facts: F,
): string {
  const { subject } = predicate.ir;
  if (subject.kind === "fingerprint") {
    return `${linker.score(subject.index, facts)} of ${ir.fingerprints[subject.index]!.threshold} points`;
  }
  const value = predicate.read?.(facts);
  if (subject.kind === "measure" && typeof value === "number") {
    const { kind } = ir.measures[subject.index]!;
    const usual =
      predicate.ir.test.op === "usual" ? linker.evidence.measure(subject.index).usual() : undefined;
    const text = measureText(kind, value);
    return usual === undefined ? text : `${text}, usual is ${measureText(kind, usual)}`;
  }
  // What a memory or a sequence saw is its answer.
  if (subject.kind === "memory" || subject.kind === "sequence") return answerText(predicate.ask(facts));
  if (value === undefined) return "missing";
  const text = textOfValue(value);
  const parameter = subject.kind === "field" ? subject.parameter : "";
  if (predicate.row && isSensitive(predicate.row, parameter)) return `(${text.length} characters)`;
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}

function answerText(answer: Truth): string {
  if (answer === unknown) return "missing";
  return answer === yes ? "yes" : "no";
}

const sensitiveFields = new Set([
  "username",
  "account",
  "session",
  "device_cookie",
  "body.*",
  "cookie.*",
  "query.*",
]);
const sensitiveHeaders = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "x-api-key",
  "x-auth-token",
]);

// Receipts are stored and shown: nothing that names a person or opens a door goes into them.
function isSensitive<F>(row: FieldRow<F>, parameter: string): boolean {
  if (row.isSensitive !== undefined) return row.isSensitive;
  return sensitiveFields.has(row.name) || (row.name === "header.*" && sensitiveHeaders.has(parameter));
}

function textOfValue(value: FieldValue): string {
  if (typeof value !== "object") return String(value);
  return "family" in value ? value.text : value.join(", ");
}
