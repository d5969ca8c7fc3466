/** N001: a condition asks for something that there is. */
import type { ComparisonNode, SubjectNode } from "../ast.ts";
import { heldPolicy } from "../policy-question.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import { evidenceKeys } from "./measure-fields.ts";
import { isOutcome } from "./own-outcomes.ts";
import type { Rule } from "./rule.ts";

/** Reports unknown fields, measures and fingerprints in conditions, and unknown fields in measures. */
export const knownSubjects: Rule = (program, report) => {
  for (const comparison of program.comparisons) {
    if (program.subject(comparison.subject.text) || isOther(comparison)) continue;
    const isBare = comparison.operator === undefined;
    const what = isBare ? "name" : "field or measure";
    unknown(comparison.subject, what, program, report);
  }
  for (const key of evidenceKeys(program)) {
    for (const subject of key) {
      if (!program.subject(subject.text)) unknown(subject, "field", program, report);
    }
  }
};

/** What conditions may name besides values: the question tells what is meant. */
function isOther(comparison: ComparisonNode): boolean {
  const name = comparison.subject.text;
  // A rule of their own knows policies and labels.
  if (heldPolicy(comparison) !== undefined) return true;
  return name.startsWith("label.") || isOutcome(name);
}

function unknown(subject: SubjectNode, what: string, program: Program, report: Report): void {
  const name = subject.text;
  const help = () => {
    if (program.lists.has(name)) return `\`${name}\` is a list: write \`FIELD in ${name}\``;
    if (program.responses.has(name))
      return `\`${name}\` is a response: write \`deceive ${name}\` in \`then\``;
    return didYouMean(name, program.subjectNames());
  };
  report.add("N001", subject.span, `unknown ${what} ${quoted(name)}`, { help });
}
