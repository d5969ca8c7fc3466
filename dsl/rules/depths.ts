/** L006: limits on what one policy asks and on how far it leads, so that no later check, and no request, runs out of time or stack. */
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";

/** Questions of one policy, cohort or fingerprint, fingerprints written out where they are named. */
const mostQuestions = 2_000;
/** The same over all policies of a set. */
const mostQuestionsOfAll = 1_000_000;
/** Fingerprints and labels that rest on each other in a row. */
const deepest = 64;

/** Reports policies and fingerprints that ask too much or rest on too long a chain; true if there are. Runs before all rules. */
export function depths(program: Program, report: Report): boolean {
  let isTooMuch = false;
  let all = 0;
  const refuse = (span: Parameters<Report["add"]>[1], message: string, help: string) => {
    isTooMuch = true;
    report.add("L006", span, message, { help });
  };
  for (const node of program.declarations) {
    if (node.kind !== "policy" && node.kind !== "fingerprint" && node.kind !== "cohort") continue;
    const { depth, questions } = program.references.of(node);
    const named = `${node.kind} ${quoted(node.name.text)}`;
    if (depth > deepest) {
      const help = `let it rest on at most ${deepest} fingerprints or labels in a row`;
      refuse(node.name.span, `${named} rests on ${depth - 1} others in a row`, help);
    } else if (!Number.isFinite(questions)) {
      // A circle has a diagnostic of its own.
    } else if (questions > mostQuestions) {
      const help = `at most ${mostQuestions}: put addresses, networks, names and numbers into a list, or make several policies`;
      refuse(node.name.span, `${named} asks ${questions} questions`, help);
    } else if (node.kind === "policy") {
      const before = all;
      all += questions;
      if (before > mostQuestionsOfAll || all <= mostQuestionsOfAll) continue;
      refuse(
        node.name.span,
        `the policies up to here ask ${all} questions`,
        `at most ${mostQuestionsOfAll} in one set`,
      );
    }
  }
  return isTooMuch;
}
