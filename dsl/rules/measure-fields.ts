/** T007: evidence is of plain fields, and kept by plain fields. */
import type { SubjectNode } from "../ast.ts";
import { mostKeyFields } from "../evidence-bounds.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports measures, memories and sequences over other evidence, and keys of too many parts. */
export const measureFields: Rule = (program, report) => {
  for (const key of evidenceKeys(program)) {
    for (const subject of key) checkField(subject, program, report);
    const extra = key[mostKeyFields];
    if (extra) report.add("T007", extra.span, `a key has at most ${mostKeyFields} fields`);
  }
};

/** Every list of fields that evidence reads: keys, remembered values, what is counted. */
export function evidenceKeys(program: Program): (readonly SubjectNode[])[] {
  return [
    ...program.of("measure").flatMap(({ by, counted }) => (counted ? [[counted], by] : [by])),
    ...program.of("remember").flatMap(({ by, values }) => [values, by]),
    ...program.of("sequence").map(({ by }) => by),
  ];
}

function checkField(subject: SubjectNode, program: Program, report: Report): void {
  const known = program.subject(subject.text);
  if (!known || known.kind === "field") return;
  const message = `${quoted(subject.text)} is a ${known.kind}; evidence is counted and kept by fields`;
  report.add("T007", subject.span, message);
}
