/** W032: a comparison with a missing field is unknown, so that leaving a header out may be all it takes to pass; as is adding one whose absence is asked for. */
import { type ComparisonNode, type ConditionNode, clauseOf } from "../ast.ts";
import type { Program } from "../program.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Warns of enforced stops that the absence of a claimed field, or its presence, escapes. */
export const evadedByAbsence: Rule = (program, report) => {
  for (const policy of program.policies.values()) {
    const effects = clauseOf(policy, "then")?.effects ?? [];
    const stops = effects.some(({ kind }) => kind === "block" || kind === "deceive" || kind === "ratelimit");
    if (!stops || (clauseOf(policy, "mode")?.mode ?? "enforce") !== "enforce") continue;
    const when = clauseOf(policy, "when")?.conditions ?? [];
    for (const { subject, span } of absences(when, program)) {
      const message = `a client escapes this by sending ${quoted(subject.text)}, whatever is in it`;
      const help =
        "give it points in a fingerprint beside other evidence, or ask for something observed instead";
      report.add("W032", span, message, { help });
    }
    for (const { subject, span } of negations(when, program)) {
      const message = `a client escapes this by not sending ${quoted(subject.text)}: of a missing field it is neither true nor false`;
      const help = `write \`any { … ${subject.text} missing }\` if its absence is meant too`;
      report.add("W032", span, message, { help });
    }
  }
};

/** Negated questions to claimed fields that must hold, at the top, in `all` and in `none`. */
function negations(conditions: readonly ConditionNode[], program: Program): ComparisonNode[] {
  return conditions.flatMap((condition): ComparisonNode[] => {
    if (condition.kind === "comparison") {
      return condition.operator?.kind === "ne" && isClaimed(condition, program) ? [condition] : [];
    }
    if (condition.kind === "all") return negations(condition.conditions, program);
    if (condition.kind === "any") return [];
    return condition.conditions.flatMap((part) =>
      part.kind === "comparison" && isValueQuestion(part) && isClaimed(part, program) ? [part] : [],
    );
  });
}

/** Absences of claimed fields that must hold. */
function absences(conditions: readonly ConditionNode[], program: Program): ComparisonNode[] {
  return conditions.flatMap((condition): ComparisonNode[] => {
    if (condition.kind === "comparison") {
      return condition.operator?.kind === "missing" && isClaimed(condition, program) ? [condition] : [];
    }
    if (condition.kind === "all") return absences(condition.conditions, program);
    if (condition.kind === "any") return [];
    return condition.conditions.flatMap((part) =>
      part.kind === "comparison" && part.operator?.kind === "present" && isClaimed(part, program)
        ? [part]
        : [],
    );
  });
}

function isValueQuestion({ operator }: ComparisonNode): boolean {
  return operator !== undefined && operator.kind !== "missing" && operator.kind !== "present";
}

/** A field that the client may leave out. */
function isClaimed({ subject }: ComparisonNode, program: Program): boolean {
  const known = program.subject(subject.text);
  return known?.kind === "field" && known.row.trust === "claimed";
}
