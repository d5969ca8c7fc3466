/** S005, S032: how far measures, memories and sequences look back, and how much they want to see. */
import type { MeasureNode, NameNode, SequenceNode } from "../ast.ts";
import { parseDuration } from "../duration.ts";
import { longestMs, mostEvents, shortestMs, supportBounds } from "../evidence-bounds.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports spans that are no duration, or too short or long to keep, and numbers that no table holds. */
export const evidenceSpans: Rule = (program, report) => {
  for (const measure of program.of("measure")) {
    checkSpan(measure.window, "a window of", "measure", report);
    checkSupport(measure, report);
  }
  for (const { duration } of program.of("remember"))
    checkSpan(duration, "remembering for", "remember", report);
  for (const sequence of program.of("sequence")) {
    checkSpan(sequence.within, "a sequence within", "sequence", report);
    checkSteps(sequence, report);
  }
};

function checkSpan(
  span: NameNode | undefined,
  what: string,
  kind: keyof typeof longestMs,
  report: Report,
): void {
  if (!span) return;
  const ms = parseDuration(span.text);
  if (ms === undefined) {
    const help = "units are ms, s, m, h and d";
    report.add("S005", span.span, `${quoted(span.text)} is no duration`, { help });
  } else if (ms < shortestMs || ms > longestMs[kind]) {
    const help = `1s to ${longestMs[kind] / 86_400_000}d`;
    report.add("S005", span.span, `${what} ${quoted(span.text)} is out of range`, { help });
  }
}

function checkSupport({ what, support, name }: MeasureNode, report: Report): void {
  if (!support) return;
  if (what !== "share" && what !== "gap") {
    const help = `a ${what} says something from the first on; compare it: \`${name.text} >= ${support.value}\``;
    report.add("S032", support.span, `\`at least\` means nothing for a ${what}`, { help });
    return;
  }
  const { least, most } = supportBounds[what];
  if (support.value >= least && support.value <= most) return;
  const help = `${least} to ${most} for a ${what}`;
  report.add("S005", support.span, `\`at least ${support.value}\` is out of range`, { help });
}

function checkSteps({ steps, name }: SequenceNode, report: Report): void {
  let sum = 0;
  for (const { kind, times } of steps) {
    if (kind === "without") continue;
    sum += times?.value ?? 1;
    if (times?.value === 0) report.add("S005", times.span, "a step happens at least once");
  }
  if (sum <= mostEvents) return;
  const help = "count what happens often with a `measure`";
  report.add("S005", name.span, `the steps add up to ${sum} events, more than ${mostEvents}`, { help });
}
