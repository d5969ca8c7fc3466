/** S001: whoever can write a header must not be able to exempt himself. */
import { type ComparisonNode, type ConditionNode, clauseOf, type FingerprintNode } from "../ast.ts";
import { givenByClaim } from "../given-by-claim.ts";
import type { Program } from "../program.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports `unless` blocks and `allow` policies that a client can satisfy by mere claims. */
export const exemptions: Rule = (program, report) => {
  const help =
    "add something observed that must hold as well, such as an address, a network or a counted behaviour";
  for (const policy of program.of("policy")) {
    const unless = clauseOf(policy, "unless");
    if (unless && unless.conditions.length > 0 && restsOnClaims(unless.conditions, program)) {
      const message = "this `unless` rests on what the client merely claims";
      report.add("S001", unless.span, message, { help });
    }
    const allow = clauseOf(policy, "then")?.effects.find((effect) => effect.kind === "allow");
    if (!allow) continue;
    if (restsOnClaims(clauseOf(policy, "when")?.conditions ?? [], program)) {
      const message = `the exemption of ${quoted(policy.name.text)} rests on what the client merely claims`;
      report.add("S001", allow.span, message, { help });
    }
  }
};

/** True when a client can make all of these hold by what it claims; so it is with no conditions at all. */
export function restsOnClaims(
  conditions: readonly ConditionNode[],
  program: Program,
  judged: Judged = new Map(),
): boolean {
  return conditions.every((condition) => isClaim(condition, program, judged));
}

/** Points that a client gives himself by claims, and those that only what is observed gives. */
interface Points {
  readonly claimed: number;
  readonly observed: number;
}

/** Fingerprints looked into: each once, however often others rest on it, and a circle of them (S007) ends here too. */
type Judged = Map<string, Points>;

function isClaim(condition: ConditionNode, program: Program, judged: Judged): boolean {
  if (condition.kind === "any") return condition.conditions.some((part) => isClaim(part, program, judged));
  if (condition.kind !== "comparison") return restsOnClaims(condition.conditions, program, judged);
  const asked = givenByClaim(condition, program, (conditions) => restsOnClaims(conditions, program, judged));
  const subject = program.subject(condition.subject.text);
  if (asked !== undefined || !subject) return asked ?? false;
  switch (subject.kind) {
    case "field":
      return subject.row.trust === "claimed";
    case "measure":
    case "sequence":
      return false;
    case "memory": {
      // To be unknown, or to show nothing, is in everybody's power.
      const kind = condition.operator?.kind;
      if (kind === "new" || kind === "missing" || kind === "differs") return true;
      const { by, values } = subject.node;
      return [...by, ...values].every((field) => {
        const known = program.subject(field.text);
        return known?.kind === "field" && known.row.trust === "claimed";
      });
    }
    case "fingerprint":
      return isReachedByClaims(condition, subject.node, pointsOf(subject.node, program, judged));
  }
}

function pointsOf(node: FingerprintNode, program: Program, judged: Judged): Points {
  const name = node.name.text;
  const known = judged.get(name);
  if (known) return known;
  judged.set(name, { claimed: 0, observed: 0 });
  const points = { claimed: 0, observed: 0 };
  for (const score of node.scores) {
    points[isClaim(score.condition, program, judged) ? "claimed" : "observed"] += score.points;
  }
  judged.set(name, points);
  return points;
}

/** Whether a client comes to as many points as are asked for, or to as few, by what it claims or leaves out. */
function isReachedByClaims(
  { operator }: ComparisonNode,
  { threshold }: FingerprintNode,
  { claimed, observed }: Points,
): boolean {
  const matching = threshold?.value ?? 0;
  if (!operator || !("value" in operator)) return claimed >= matching;
  if (!("kind" in operator.value)) return claimed > 0;
  const { value } = operator;
  if (value.kind !== "number") {
    const isMatch = (operator.kind === "eq") === (value.text === "true");
    return isMatch ? claimed >= matching : observed < matching;
  }
  switch (operator.kind) {
    case "ge":
      return claimed >= value.value;
    case "gt":
      return claimed > value.value;
    case "le":
      return observed <= value.value;
    case "lt":
      return observed < value.value;
    case "eq":
    case "ne":
    case "in":
    case "contains":
    case "starts":
    case "ends":
      return claimed > 0;
  }
}
