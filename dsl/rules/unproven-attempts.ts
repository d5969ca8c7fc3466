/** S042: attempts count at once only where a success can take them back. */
import type { MeasureNode, TargetNode } from "../ast.ts";
import { evidenceTargets } from "../evidence-targets.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { resolveTarget } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports `unproven` where it is not counted, or by what a success changes. */
export const unprovenAttempts: Rule = (program, report) => {
  const counting = new Map(program.of("measure").map((measure) => [measure.target, measure] as const));
  for (const target of evidenceTargets(program)) {
    if (!isUnproven(program, target)) continue;
    const measure = counting.get(target);
    if (measure?.what === "count" || measure?.what === "distinct") checkKey(measure, report);
    else {
      report.add("S042", target.name.span, "only `count` and `distinct` can take unproven attempts back", {
        help: "such as `measure pending = count at tagged auth.unproven by ip.net over 10m`",
      });
    }
  }
};

function isUnproven(program: Program, target: TargetNode): boolean {
  const resolved = resolveTarget(program, target, true);
  return !("code" in resolved) && resolved.isUnproven === true;
}

function checkKey({ by, counted }: MeasureNode, report: Report): void {
  for (const { text, span } of counted ? [...by, counted] : by) {
    if (text !== "session" && !text.startsWith("session.")) continue;
    report.add("S042", span, `a success may change ${quoted(text)}, so that it could not be taken back`);
  }
}
