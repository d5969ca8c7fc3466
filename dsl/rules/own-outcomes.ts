/** S030: phases are types too: how a request ends cannot decide about the request itself. */
import { outcomeKinds, unproven } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports conditions that ask for an outcome (`login.failure`). */
export const ownOutcomes: Rule = (program, report) => {
  for (const { subject } of program.comparisons) {
    if (!isOutcome(subject.text) || program.subject(subject.text)) continue;
    const message = `${quoted(subject.text)} is known only once the request is over, and cannot decide about it`;
    const help = "a `measure`, `remember` or `sequence` of it speaks about later requests";
    report.add("S030", subject.span, message, { help });
  }
};

/** True for a name that ends in an outcome. */
export function isOutcome(name: string): boolean {
  // Labels and policies have names of their own after the dot.
  if (name.startsWith("label.") || name.startsWith("policy.")) return false;
  const dot = name.lastIndexOf(".");
  const word = name.slice(dot + 1);
  return dot > 0 && (word === unproven || outcomeKinds(word) !== undefined);
}
