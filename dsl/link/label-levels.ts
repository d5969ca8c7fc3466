/** In which order policies are asked when some read the labels that others give. */
import type { PolicyRuleIr } from "../policy-ir.ts";
import type { QuestionLinker } from "./question-linker.ts";

/** The level of every policy that reads labels: one more than the highest of those that give them. Circles do not compile. */
export function labelLevels<F>(
  rules: readonly PolicyRuleIr[],
  linker: QuestionLinker<F>,
): ReadonlyMap<string, number> {
  // Most sets read no label; then nothing need be gone through.
  if (!linker.readsLabels) return new Map();
  const read = new Map<string, string[]>();
  for (const rule of rules) {
    const labels = Array.from(
      linker.predicatesIn([...rule.when, ...(rule.unless ?? [])]),
      ({ ir }) => ir.subject,
    )
      .filter((subject) => subject.kind === "label")
      .map((subject) => subject.label);
    if (labels.length > 0) read.set(rule.name, labels);
  }
  const levels = new Map<string, number>();
  if (read.size === 0) return levels;
  const givers = new Map<string, string[]>();
  for (const rule of rules) {
    for (const label of rule.labels) givers.set(label, [...(givers.get(label) ?? []), rule.name]);
  }
  const levelOf = (name: string): number => {
    const known = levels.get(name);
    const labels = read.get(name);
    if (known !== undefined || !labels) return known ?? 0;
    levels.set(name, 1);
    const before = labels.flatMap((label) => givers.get(label) ?? []).map(levelOf);
    const level = 1 + Math.max(0, ...before);
    levels.set(name, level);
    return level;
  };
  for (const name of read.keys()) levelOf(name);
  return levels;
}
