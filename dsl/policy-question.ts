/** What conditions ask of policies: whether they hold a key, and which labels they gave. */
import type { ComparisonNode } from "./ast.ts";

const labelPrefix = "label.";

/** The policy that `NAME held`, `policy.NAME held` or a bare `policy.NAME.held` asks about. */
export function heldPolicy({ subject, operator }: ComparisonNode): string | undefined {
  if (operator && operator.kind !== "held") return undefined;
  const bare = /^policy\.(\w+)\.held$/.exec(subject.text);
  if (!operator) return bare?.[1];
  return subject.text.startsWith("policy.") ? subject.text.slice("policy.".length) : subject.text;
}

/** The label of `label.NAME`, which `labelled NAME` stands for; undefined for any other name. */
export function labelOf(subject: string): string | undefined {
  return subject.startsWith(labelPrefix) ? subject.slice(labelPrefix.length) : undefined;
}
