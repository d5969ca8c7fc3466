/** T002, T005: values are of the field's type, and never another field. */
import type { ValueNode } from "../ast.ts";
import { parseListEntry } from "../list-entry.ts";
import type { Program } from "../program.ts";
import { typeOf } from "../program.ts";
import type { Report } from "../report.ts";
import type { FieldType } from "../scheme.ts";
import { quoted } from "../source-file.ts";
import { questions } from "../type-questions.ts";
import { valueOf } from "../value-of.ts";
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
    // A single value after `in` is a list's name.
    if (operator.kind === "in" && !isMany) continue;
    for (const literal of isMany ? value : [value]) {
      checkValue(typeOf(known), literal, subject.text, operator.kind === "in", program, report);
    }
  }
};

function checkValue(
  type: FieldType,
  literal: ValueNode,
  subject: string,
  isMember: boolean,
  program: Program,
  report: Report,
): void {
  // A multiple of a baseline has the baseline's type.
  if (literal.kind === "usual") return;
  const isNetwork = type === "ip" && isMember && literal.kind === "address";
  if (isNetwork && parseListEntry("cidr", literal.text) !== undefined) return;
  const other = literal.kind === "word" && type !== "headerOrder" ? program.subject(literal.text) : undefined;
  if (other) {
    const message = `${quoted(subject)} is compared with ${quoted(literal.text)}, which is a field or measure`;
    report.add("T005", literal.span, message, { help: `if you mean the text, write \`"${literal.text}"\`` });
    return;
  }
  const typed = valueOf(type, literal);
  if (typed.isValid) return;
  const message = `${quoted(subject)} is of type ${type}, ${quoted(literal.text)} is not`;
  report.add("T002", literal.span, message, { help: typed.help });
}
