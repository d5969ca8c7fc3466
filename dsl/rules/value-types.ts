/** T002, T005: values are of the field's type, and never another field. */
import type { ValueNode } from "../ast.ts";
import { parseListEntry } from "../list-entry.ts";
import type { Program } from "../program.ts";
import { typeOf } from "../program.ts";
import type { Report } from "../report.ts";
import type { FieldType } from "../scheme.ts";
import { quoted } from "../source-file.ts";
import { isOrder, type Question, questions } from "../type-questions.ts";
import { type TypedValue, valueOf } from "../value-of.ts";
import type { Rule } from "./rule.ts";

/** Reports literals that do not fit what they are compared with. */
export const valueTypes: Rule = (program, report) => {
  for (const { subject, operator } of program.comparisons) {
    const known = program.subject(subject.text);
    if (!known || known.kind === "memory" || !operator || !("value" in operator)) continue;
    // A question that does not fit the type is reported by another rule; its value says nothing more.
    if (!questions[typeOf(known)].includes(operator.kind)) continue;
    const { value } = operator;
    const isMany = !("kind" in value);
    const isNumeric = isMany && value[0]?.kind === "number";
    // A single value after `in` is a list's name.
    if (operator.kind === "in" && !isMany) continue;
    for (const literal of isMany ? value : [value]) {
      const question = isNumeric ? "numbers" : operator.kind;
      checkValue(typeOf(known), literal, subject.text, question, program, report);
    }
  }
};

function checkValue(
  type: FieldType,
  literal: ValueNode,
  subject: string,
  question: Question | "numbers",
  program: Program,
  report: Report,
): void {
  // A multiple of a baseline has the baseline's type.
  if (literal.kind === "usual") return;
  const isNetwork = type === "ip" && question === "in" && literal.kind === "address";
  if (isNetwork && parseListEntry("cidr", literal.text) !== undefined) return;
  const other = literal.kind === "word" && type !== "headerOrder" ? program.subject(literal.text) : undefined;
  if (other) {
    const message = `${quoted(subject)} is compared with ${quoted(literal.text)}, which is a field or measure`;
    report.add("T005", literal.span, message, { help: `if you mean the text, write \`"${literal.text}"\`` });
    return;
  }
  const typed = type === "scalar" ? scalarOf(literal, question) : valueOf(asks(type, question), literal);
  if (typed.isValid) return;
  const named = type === "scalar" ? "a value of a body" : `of type ${type}`;
  const asked =
    type === "scalar"
      ? `; this asks for ${isNumeric(question) ? "a number" : "a text"}`
      : `, ${quoted(literal.text)} is not`;
  const message = `${quoted(subject)} is ${named}${asked}`;
  report.add("T002", literal.span, message, { help: typed.help });
}

/** Whether a fingerprint matched is asked with `=` and `!=` alone; everything else is about its points. */
function asks(type: FieldType, question: Question | "numbers"): FieldType {
  return type === "score" && question !== "eq" && question !== "ne" ? "int" : type;
}

/** A body's value is a text or a number, as it is asked for. */
function scalarOf(literal: ValueNode, question: Question | "numbers"): TypedValue {
  if (isNumeric(question) && literal.kind !== "number") {
    const isQuoted = literal.kind === "text" && /^\d+(?:\.\d+)?$/.test(literal.text);
    return { isValid: false, help: isQuoted ? `write \`${literal.text}\` without quotes` : "write a number" };
  }
  const isEither = isNumeric(question) || question === "eq" || question === "ne";
  return !isEither && literal.kind === "number"
    ? { isValid: false, help: `write \`"${literal.text}"\`` }
    : valueOf("scalar", literal);
}

function isNumeric(question: Question | "numbers"): boolean {
  return question === "numbers" || isOrder(question);
}
