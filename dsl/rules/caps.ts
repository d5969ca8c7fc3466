/** N070, S005, P015, P016, S070: a cap limits what somebody stops, of people that there are. */
import { clauseOf, type PolicyNode, type SafeguardClauseNode } from "../ast.ts";
import { parseDuration } from "../duration.ts";
import type { Report } from "../report.ts";
import { capWindow, knownGoodName, trafficName } from "../safety-bounds.ts";
import { quoted, type Span } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

const stops: ReadonlySet<string> = new Set(["block", "deceive", "ratelimit"]);
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** Reports caps of nobody, of nothing, and out of range. */
export const caps: Rule = (program, report) => {
  const names = [knownGoodName, trafficName, ...program.cohorts.keys()];
  for (const policy of program.of("policy")) {
    const cap = clauseOf(policy, "cap");
    if (!cap) continue;
    checkStops(policy, "cap", cap.span, report);
    const limits = cap.clauses.flatMap((clause) => (clause.kind === "share" ? [clause] : []));
    if (limits.length === 0 && cap.clauses.length > 0) {
      const help = "add `known_good < 0.1%`, `traffic < 40%`, or a cohort of yours";
      report.add("P016", cap.span, "this cap limits nothing", { help });
    }
    checkTwice(cap.clauses, "cap", report);
    checkWindow(cap.clauses, capWindow, report);
    for (const { subject, percent } of limits) {
      if (!names.includes(subject.text)) {
        const help = () => didYouMean(subject.text, names) ?? "declare it: `cohort NAME { … }`";
        report.add("N070", subject.span, `unknown cohort ${quoted(subject.text)}`, { help });
      }
      if (percent.kind !== "percent" || percent.value <= 0 || percent.value > 100) {
        const help = "more than 0% and at most 100%";
        report.add("S005", percent.span, `a cap at ${quoted(percent.text)} is out of range`, { help });
      }
    }
  }
};

/** A cap or guard is about stops: where nothing is stopped it would be silently ignored. */
export function checkStops(policy: PolicyNode, what: "cap" | "guard", span: Span, report: Report): void {
  const then = clauseOf(policy, "then");
  if (!then || then.effects.some(({ kind }) => stops.has(kind))) return;
  const help = `only \`block\`, \`deceive\` and \`ratelimit\` stop; leave the ${what} out`;
  report.add("S070", span, `policy ${quoted(policy.name.text)} stops nothing that a ${what} could limit`, {
    help,
  });
}

/** The same said twice, of which one would be ignored. */
export function checkTwice(
  clauses: readonly SafeguardClauseNode[],
  what: "cap" | "guard",
  report: Report,
): void {
  const seen = new Map<string, Span>();
  for (const clause of clauses) {
    const key = clause.kind === "share" ? `share ${clause.subject.text}` : clause.kind;
    const first = seen.get(key);
    if (!first) {
      seen.set(key, clause.span);
      continue;
    }
    const word = clause.kind === "share" ? clause.subject.text : words[clause.kind];
    const related = [{ span: first, message: "first given here" }];
    report.add("P015", clause.span, `this ${what} has \`${word}\` twice`, { related });
  }
}

const words = { holdout: "holdout", over: "over", support: "at least", else: "else" } as const;

/** The window of a cap or guard. */
export function checkWindow(
  clauses: readonly SafeguardClauseNode[],
  bounds: { readonly least: number; readonly most: number },
  report: Report,
): void {
  for (const clause of clauses) {
    if (clause.kind !== "over") continue;
    const { text, span } = clause.window;
    const ms = parseDuration(text);
    if (ms === undefined) {
      report.add("S005", span, `${quoted(text)} is no duration`, { help: "units are ms, s, m, h and d" });
    } else if (ms < bounds.least || ms > bounds.most) {
      const help = `${bounds.least / minuteMs}m to ${bounds.most / hourMs}h`;
      report.add("S005", span, `a window of ${quoted(text)} is out of range`, { help });
    }
  }
}
