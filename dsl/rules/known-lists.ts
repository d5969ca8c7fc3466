/** N002, T003: `in` asks a list of the field's own type. */
import type { OperatorNode } from "../ast.ts";
import { isListType } from "../list-entry.ts";
import type { ListType } from "../policy-ir.ts";
import type { Program } from "../program.ts";
import { typeOf } from "../program.ts";
import type { Report } from "../report.ts";
import type { FieldType } from "../scheme.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import { questions } from "../type-questions.ts";
import type { Rule } from "./rule.ts";

/** The types of lists that a field of a type can be asked about. */
export const fitting: Readonly<Partial<Record<FieldType, readonly ListType[]>>> = {
  ip: ["cidr", "ip"],
  asn: ["asn"],
  country: ["country"],
  ja4: ["ja4"],
  text: ["text"],
  scalar: ["text"],
};

/** Reports unknown lists and lists of another type than the field's. */
export const knownLists: Rule = (program, report) => {
  for (const { subject, operator } of program.comparisons) {
    if (operator?.kind !== "in") continue;
    const known = program.subject(subject.text);
    checkList(operator, known && typeOf(known), subject.text, program, report);
  }
};

function checkList(
  operator: Extract<OperatorNode, { kind: "in" | "starts" }>,
  type: FieldType | undefined,
  subject: string,
  program: Program,
  report: Report,
): void {
  const { value } = operator;
  if (!("kind" in value)) return;
  if (value.kind !== "word") {
    report.add("T001", value.span, "`in` wants a list", { help: `write \`[${value.text}]\`` });
    return;
  }
  const list = program.lists.get(value.text);
  if (!list) {
    const help = () => didYouMean(value.text, program.lists.keys());
    report.add("N002", value.span, `unknown list ${quoted(value.text)}`, { help });
    return;
  }
  // What takes no list at all, `in` does not ask either, and another rule says so.
  if (!type || !questions[type].includes("in") || !isListType(list.type.text)) return;
  const wanted = fitting[type];
  if (wanted?.includes(list.type.text)) return;
  const message = `${quoted(subject)} is of type ${type}, but list ${quoted(value.text)} holds ${list.type.text}`;
  const related = [{ span: list.type.span, message: "the list's type" }];
  const help = wanted ? {} : { help: `no list holds values of type ${type}: write them in brackets` };
  report.add("T003", value.span, message, { related, ...help });
}
