/** T004, T020, T021, T022: memories, sequences and measures are asked what they can answer. */
import type { ComparisonNode, OperatorNode } from "../ast.ts";
import type { Subject } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const memoryQuestions: ReadonlySet<OperatorNode["kind"]> = new Set([
  "known",
  "new",
  "present",
  "missing",
  "saturated",
]);
const ordered: ReadonlySet<OperatorNode["kind"]> = new Set(["lt", "le", "gt", "ge"]);

/** Reports `known`, `new`, `differs`, `saturated` and `usual` where there is nothing to answer them. */
export const evidenceQuestions: Rule = (program, report) => {
  for (const comparison of program.comparisons) {
    const known = program.subject(comparison.subject.text);
    if (!known) continue;
    if (known.kind === "memory") checkMemory(comparison, known, report);
    else checkOther(comparison, known, report);
    checkUsual(comparison, known, report);
  }
};

function checkMemory(
  { subject, operator, span }: ComparisonNode,
  { node }: Extract<Subject, { kind: "memory" }>,
  report: Report,
): void {
  const name = subject.text;
  if (!operator) {
    const help = `ask \`${name} known\` or \`${name} new\``;
    report.add("T004", span, `${quoted(name)} is a memory and by itself neither true nor false`, { help });
    return;
  }
  if (memoryQuestions.has(operator.kind)) return;
  if (operator.kind !== "differs") {
    const help = "of a memory one can ask `known`, `new`, `differs FIELD`, `present`, `missing`, `saturated`";
    const message = `\`${operator.sign}\` cannot be asked of the memory ${quoted(name)}`;
    report.add("T020", operator.span, message, { help });
    return;
  }
  const [only, ...more] = node.values.map((value) => value.text);
  if (more.length === 0 && only === operator.from.text) return;
  const help = more.length === 0 ? `ask \`${name} differs ${only}\`` : `ask \`${name} new\``;
  const message = `${quoted(name)} does not remember ${quoted(operator.from.text)} by itself`;
  report.add("T021", operator.from.span, message, { help });
}

function checkOther({ subject, operator }: ComparisonNode, known: Subject, report: Report): void {
  if (!operator || !["known", "new", "differs", "saturated"].includes(operator.kind)) return;
  const isSaturable = known.kind === "measure" || known.kind === "sequence";
  if (operator.kind === "saturated" && isSaturable) return;
  const help =
    operator.kind === "saturated"
      ? "only measures, memories and sequences can be saturated"
      : "declare `remember NAME = FIELD at APP.ROUTE.success by account for 90d` and ask that";
  const message = `\`${operator.sign}\` cannot be asked of ${quoted(subject.text)}, a ${known.kind}`;
  report.add("T020", operator.span, message, { help });
}

function checkUsual({ subject, operator }: ComparisonNode, known: Subject, report: Report): void {
  if (!operator || !("value" in operator) || !("kind" in operator.value)) return;
  const { value } = operator;
  if (value.kind !== "usual") return;
  if (known.kind !== "measure") {
    const help = "only a measure has a usual value";
    report.add("T022", value.span, `nothing is usual for ${quoted(subject.text)}, a ${known.kind}`, { help });
  } else if (!ordered.has(operator.kind)) {
    const help = `write \`${subject.text} > ${value.text}\``;
    report.add("T022", operator.span, `\`${operator.sign}\` asks for exactly what is usual`, { help });
  } else if (value.factor <= 0 || value.factor > 1000) {
    report.add("S005", value.span, `${quoted(value.text)} is out of range`, { help: "above 0 to 1000" });
  }
}
