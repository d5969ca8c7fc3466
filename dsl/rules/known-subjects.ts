/** N001: a condition asks for something that there is. */
import type { ComparisonNode, SubjectNode } from "../ast.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

/** Reports unknown fields, measures and fingerprints in conditions, and unknown fields in measures. */
export const knownSubjects: Rule = (program, report) => {
  for (const comparison of program.comparisons) {
    if (program.subject(comparison.subject.text) || isOther(comparison, program)) continue;
    const isBare = comparison.operator === undefined;
    const what = isBare ? "name" : "field or measure";
    unknown(comparison.subject, what, program, report);
  }
  for (const measure of program.of("measure")) {
    const read = measure.counted ? [measure.counted, ...measure.by] : measure.by;
    for (const subject of read) {
      if (!program.subject(subject.text)) unknown(subject, "field", program, report);
    }
  }
};

/** What conditions may name besides values: the question tells what is meant. */
function isOther({ subject, operator }: ComparisonNode, program: Program): boolean {
  const name = subject.text;
  if (operator?.kind === "held") return program.policies.has(name);
  // Labels are made by giving them.
  return program.memories.has(name) || program.sequences.has(name) || name.startsWith("label.");
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
