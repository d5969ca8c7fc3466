/** T007: measures count, and are keyed by, plain fields. */
import type { SubjectNode } from "../ast.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const mostKeys = 4;

/** Reports measures over other measures or fingerprints, and keys of too many parts. */
export const measureFields: Rule = (program, report) => {
  for (const measure of program.of("measure")) {
    const read = measure.counted ? [measure.counted, ...measure.by] : measure.by;
    for (const subject of read) checkField(subject, program, report);
    const extra = measure.by[mostKeys];
    if (extra) report.add("T007", extra.span, `a key has at most ${mostKeys} fields`);
  }
};

function checkField(subject: SubjectNode, program: Program, report: Report): void {
  const known = program.subject(subject.text);
  if (!known || known.kind === "field") return;
  const message = `${quoted(subject.text)} is a ${known.kind}; measures count and are keyed by fields`;
  report.add("T007", subject.span, message);
}
