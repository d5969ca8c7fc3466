/** Why a policy matched: its conditions that held, with the values that they saw. Computed only for matches. */
import type { Reason } from "../decision.ts";
import type { ConditionIr, PolicyIr, PolicyRuleIr, PredicateIr } from "../policy-ir.ts";
import type { FieldRow, FieldValue } from "../scheme.ts";
import { type Truth, unknown, yes } from "./evaluation.ts";
import { measureText } from "./evidence-questions.ts";
import type { LinkedPredicate, QuestionLinker } from "./question-linker.ts";

const longestValue = 200;
const mostReasons = 20;

/** What gives reasons, for every policy of a set; each is bound at its first match. */
export class Reasons<F> {
  private readonly linker: QuestionLinker<F>;
  private readonly ir: PolicyIr;
  private readonly givers: (readonly Giver<F>[] | undefined)[];
  /** Policies that ask the same share what tells of it. */
  private readonly byPredicate = new Map<number, Giver<F>>();

  constructor(linker: QuestionLinker<F>, ir: PolicyIr) {
    this.linker = linker;
    this.ir = ir;
    this.givers = ir.policies.map(() => undefined);
  }

  /** The reasons of a policy whose conditions hold for these facts; call within the evaluation that found them to hold. */
  of({ rank, ir: { when } }: { readonly rank: number; readonly ir: PolicyRuleIr }, facts: F): Reason[] {
    const givers = this.givers[rank] ?? (this.givers[rank] = when.map((condition) => this.giver(condition)));
    const reasons: Reason[] = [];
    for (let index = 0; index < givers.length; index++) givers[index]!(facts, reasons);
    return reasons;
  }

  private giver(condition: ConditionIr): Giver<F> {
    if (typeof condition === "number") return this.ofPredicate(condition);
    if (condition.kind === "none") {
      const reason = { clause: condition.text, value: "none of them" };
      return (_facts, reasons) => add(reason, reasons);
    }
    const { linker } = this;
    const parts = condition.of.map((part) => ({
      ask: typeof part === "number" ? linker.predicate(part).ask : linker.condition(part),
      give: this.giver(part),
    }));
    return (facts, reasons) => {
      for (const { ask, give } of parts) {
        if (reasons.length < mostReasons && ask(facts) === yes) give(facts, reasons);
      }
    };
  }

  private ofPredicate(index: number): Giver<F> {
    let give = this.byPredicate.get(index);
    if (!give) {
      give = predicateGiver(this.linker.predicate(index), this.linker, this.ir);
      this.byPredicate.set(index, give);
    }
    return give;
  }
}

/** Adds what a condition that holds has seen. */
type Giver<F> = (facts: F, reasons: Reason[]) => void;

function predicateGiver<F>(predicate: LinkedPredicate<F>, linker: QuestionLinker<F>, ir: PolicyIr): Giver<F> {
  const { text: clause, subject, test } = predicate.ir;
  const only = subject.kind === "field" ? onlyValue(test, predicate.row) : undefined;
  if (only) {
    // What holds for one value only has seen that one: the reason is always the same.
    const reason = { clause, value: fieldText(only.value, predicate.row, parameterOf(subject)) };
    return (_facts, reasons) => add(reason, reasons);
  }
  const see = valueSeer(predicate, linker, ir);
  return (facts, reasons) => {
    if (reasons.length < mostReasons) reasons.push({ clause, value: see(facts) });
  };
}

function add(reason: Reason, reasons: Reason[]): void {
  if (reasons.length < mostReasons) reasons.push(reason);
}

/** The value of which alone a question is true; undefined if there are several. */
function onlyValue<F>(
  test: PredicateIr["test"],
  row: FieldRow<F> | undefined,
): { readonly value: FieldValue | undefined } | undefined {
  if (test.op === "missing") return { value: undefined };
  // Spelled in other ways, an address is still the same.
  return test.op === "eq" && row?.type !== "ip" ? { value: test.value } : undefined;
}

/** The value that a predicate saw, cut and without what is sensitive. */
export function valueSeen<F>(
  predicate: LinkedPredicate<F>,
  linker: QuestionLinker<F>,
  ir: PolicyIr,
  facts: F,
): string {
  return valueSeer(predicate, linker, ir)(facts);
}

function valueSeer<F>(
  predicate: LinkedPredicate<F>,
  linker: QuestionLinker<F>,
  ir: PolicyIr,
): (facts: F) => string {
  const { subject, test } = predicate.ir;
  const { read, row, ask } = predicate;
  switch (subject.kind) {
    case "fingerprint": {
      const { threshold } = ir.fingerprints[subject.index]!;
      return (facts) => `${linker.score(subject.index, facts)} of ${threshold} points`;
    }
    case "measure": {
      const { kind } = ir.measures[subject.index]!;
      return (facts) => {
        const value = read?.(facts);
        if (typeof value !== "number") return fieldText(value, row, "");
        const text = measureText(kind, value);
        const usual = test.op === "usual" ? linker.evidence.measure(subject.index).usual() : undefined;
        return usual === undefined ? text : `${text}, usual is ${measureText(kind, usual)}`;
      };
    }
    // What a memory or a sequence saw is its answer.
    case "memory":
    case "sequence":
      return (facts) => answerText(ask(facts));
    case "field":
    case "held":
    case "label": {
      const parameter = parameterOf(subject);
      const isHidden = row !== undefined && isSensitive(row, parameter);
      return (facts) => shownText(read?.(facts), isHidden);
    }
  }
}

function parameterOf(subject: PredicateIr["subject"]): string {
  return subject.kind === "field" ? subject.parameter : "";
}

function fieldText<F>(
  value: FieldValue | undefined,
  row: FieldRow<F> | undefined,
  parameter: string,
): string {
  return shownText(value, row !== undefined && isSensitive(row, parameter));
}

function shownText(value: FieldValue | undefined, isHidden: boolean): string {
  if (value === undefined) return "missing";
  const text = textOfValue(value);
  if (isHidden) return `(${text.length} characters)`;
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
