/** S005, P015: percentages, times, limits and dates of a policy are such that they can be kept, and given once. */
import { clauseOf, type EffectNode, type NameNode } from "../ast.ts";
import { parseDuration } from "../duration.ts";
import { endOfDay } from "../policy-date.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const secondMs = 1000;
const dayMs = 86_400_000;
const highestLimit = 1_000_000;

/** Reports rollouts over 100 %, days that there are not, times out of range and effects given twice. */
export const policyNumbers: Rule = (program, report) => {
  for (const policy of program.of("policy")) {
    const rollout = clauseOf(policy, "rollout");
    if (rollout && !(rollout.percent.kind === "percent" && rollout.percent.value <= 100)) {
      report.add(
        "S005",
        rollout.percent.span,
        `a rollout of ${quoted(rollout.percent.text)} is out of range`,
        {
          help: "0% to 100%",
        },
      );
    }
    const date = clauseOf(policy, "expires")?.date;
    if (date && endOfDay(date.text) === undefined) {
      report.add("S005", date.span, `there is no day ${quoted(date.text)}`, { help: "write `2027-01-31`" });
    }
    const effects = clauseOf(policy, "then")?.effects ?? [];
    for (const effect of effects) checkEffect(effect, report);
    for (const kind of ["tarpit", "hold"] as const) {
      const [first, second] = effects.filter((effect) => effect.kind === kind);
      if (!first || !second) continue;
      const related = [{ span: first.span, message: "first given here" }];
      report.add("P015", second.span, `policy ${quoted(policy.name.text)} has \`${kind}\` twice`, {
        related,
      });
    }
  }
};

function checkEffect(effect: EffectNode, report: Report): void {
  switch (effect.kind) {
    case "tarpit":
      checkDuration(effect.duration, "a tarpit of", 1, 30 * secondMs, "1ms to 30s", report);
      return;
    case "hold":
      checkDuration(effect.duration, "a hold of", secondMs, 7 * dayMs, "1s to 7d", report);
      return;
    case "ratelimit":
      checkDuration(effect.per, "a limit per", secondMs, dayMs, "1s to 1d", report);
      if (
        Number.isInteger(effect.most.value) &&
        effect.most.value >= 1 &&
        effect.most.value <= highestLimit
      ) {
        return;
      }
      report.add(
        "S005",
        effect.most.span,
        `a limit of ${quoted(String(effect.most.value))} is out of range`,
        {
          help: `1 to ${highestLimit}; use \`block\` to let nothing pass`,
        },
      );
      return;
    case "allow":
    case "block":
    case "deceive":
    case "mark":
    case "label":
      return;
    case "webhook":
    case "alert":
      if (effect.every) checkDuration(effect.every, "telling every", 1000, 365 * dayMs, "1s to 365d", report);
  }
}

function checkDuration(
  { text, span }: NameNode,
  what: string,
  least: number,
  most: number,
  range: string,
  report: Report,
): void {
  const ms = parseDuration(text);
  if (ms === undefined) {
    report.add("S005", span, `${quoted(text)} is no duration`, { help: "units are ms, s, m, h and d" });
  } else if (ms < least || ms > most) {
    report.add("S005", span, `${what} ${quoted(text)} is out of range`, { help: range });
  }
}
