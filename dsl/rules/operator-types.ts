/** T001, T004: each type answers its own questions. */
import type { OperatorNode } from "../ast.ts";
import { type Subject, typeOf } from "../program.ts";
import { quoted } from "../source-file.ts";
import { type Question, questions } from "../type-questions.ts";
import type { Rule } from "./rule.ts";

const signs: Readonly<Record<Question, string>> = {
  eq: "=",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  in: "in",
  contains: "contains",
  starts: "starts",
  ends: "ends",
  matches: "matches",
  missing: "missing",
  present: "present",
  differs: "differs",
  known: "known",
  new: "new",
  held: "held",
  saturated: "saturated",
};

/** Reports questions that a subject's type cannot answer. */
export const operatorTypes: Rule = (program, report) => {
  for (const { subject, operator, span } of program.comparisons) {
    const known = program.subject(subject.text);
    // Memories have questions of their own, and a rule for them.
    if (!known || known.kind === "memory" || (operator && isOther(operator))) continue;
    const type = typeOf(known);
    if (!operator) {
      if (type === "bool" || type === "score") continue;
      const help =
        known.kind === "measure"
          ? `compare it: \`${subject.text} >= 10\``
          : `ask \`${subject.text} present\``;
      report.add(
        "T004",
        span,
        `${quoted(subject.text)} is ${describe(known)} and by itself neither true nor false`,
        { help },
      );
      continue;
    }
    if (questions[type].includes(operator.kind)) {
      const takesList = type === "headerOrder" && operator.kind === "starts";
      if (operator.kind !== "starts" || takesList === !("kind" in operator.value)) continue;
      const help = takesList
        ? "write the names in brackets: `starts [host, user-agent]`"
        : "ask for one text; use `any { … }` for several";
      report.add("T001", operator.span, `${quoted(subject.text)} is ${describe(known)}`, { help });
      continue;
    }
    const help = `of ${describe(known)} one can ask ${questions[type].map((kind) => `\`${signs[kind]}\``).join(", ")}`;
    report.add(
      "T001",
      operator.span,
      `\`${operator.sign}\` cannot be asked of ${quoted(subject.text)}, ${describe(known)}`,
      { help },
    );
  }
};

/** Questions to memories, policies and measures, not to values. */
function isOther(operator: OperatorNode): boolean {
  return ["differs", "known", "new", "held", "saturated"].includes(operator.kind);
}

function describe(subject: Subject): string {
  if (subject.kind !== "field") return `a ${subject.kind}`;
  const { type } = subject.row;
  if (type === "headerOrder") return "an order of headers";
  if (type === "textList") return "a list of texts";
  if (type === "scalar") return "a value of a body";
  return type === "ip" || type === "asn" || type === "int" ? `an ${type}` : `a ${type}`;
}
