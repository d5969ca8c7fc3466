/** Which policies convict by what many people do together: those must neither meet known good people nor begin during an outage. */
import type { ConditionIr, FieldIr, PolicyIr } from "../policy-ir.ts";

/** Fields that name one person. */
const personal: ReadonlySet<string> = new Set(["account", "username", "session", "device_cookie"]);

/** The key of the measure without which none of these conditions hold; undefined when they hold without one. */
export function populationKey(
  conditions: readonly ConditionIr[],
  ir: PolicyIr,
): readonly FieldIr[] | undefined {
  for (const condition of conditions) {
    const key = keyOf(condition, ir);
    if (key) return key;
  }
  return undefined;
}

function keyOf(condition: ConditionIr, ir: PolicyIr): readonly FieldIr[] | undefined {
  if (typeof condition !== "number") {
    switch (condition.kind) {
      case "all":
        return populationKey(condition.of, ir);
      case "any": {
        const keys = condition.of.map((part) => keyOf(part, ir));
        return keys.every((key) => key !== undefined) ? keys[0] : undefined;
      }
      case "none":
        return undefined;
    }
  }
  const subject = ir.predicates[condition]?.subject;
  if (subject?.kind !== "measure") return undefined;
  const { by } = ir.measures[subject.index]!;
  return by.some(({ field }) => personal.has(field)) ? undefined : by;
}
