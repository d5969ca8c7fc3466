/** A condition as one text, so that what is asked twice can be told from what is spelled alike. */
import type { ConditionNode } from "./ast.ts";

/** The condition in one spelling, places left out; equal texts ask the same. */
export function conditionText(condition: ConditionNode): string {
  if (condition.kind !== "comparison")
    return `${condition.kind} { ${condition.conditions.map(conditionText).join("  ")} }`;
  const { subject, operator } = condition;
  if (!operator) return subject.text;
  if (operator.kind === "matches") return `${subject.text} matches /${operator.pattern}/${operator.flags}`;
  if (operator.kind === "differs") return `${subject.text} differs ${operator.from.text}`;
  if (!("value" in operator)) return `${subject.text} ${operator.sign}`;
  const { value } = operator;
  const text = "kind" in value ? value.text : `[${value.map((part) => part.text).join(", ")}]`;
  return `${subject.text} ${operator.sign} ${text}`;
}
