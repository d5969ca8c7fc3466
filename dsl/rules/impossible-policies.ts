/** W037: what must hold and cannot, by itself or beside what else must hold, makes a policy that never matches. */
import {
  type ComparisonNode,
  type ConditionNode,
  clauseOf,
  type PolicyNode,
  type ValueNode,
} from "../ast.ts";
import { conditionText } from "../condition-text.ts";
import { coveredRoutes } from "../covered-routes.ts";
import { parseDuration } from "../duration.ts";
import { labelOf } from "../policy-question.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { resolveTarget } from "../resolve-target.ts";
import { quoted, type Span } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Comparisons of one subject that are held against each other. */
const mostCompared = 20;

/** Warns of policies whose conditions exclude each other, or their targets. */
export const impossiblePolicies: Rule = (program, report) => {
  const given = labelRoutes(program);
  for (const policy of program.policies.values()) {
    const when = clauseOf(policy, "when")?.conditions ?? [];
    const required = requiredOf(when);
    if (
      excludeEachOther(policy, required, program, report) ||
      excludesTarget(policy, required, program, report) ||
      asksElsewhere(policy, required, program, given, report)
    )
      continue;
    isExcepted(policy, when, report);
  }
};

/** What must hold: conditions at the top and in `all`. */
function requiredOf(conditions: readonly ConditionNode[]): ConditionNode[] {
  return conditions.flatMap((one) => (one.kind === "all" ? requiredOf(one.conditions) : [one]));
}

function excludeEachOther(
  policy: PolicyNode,
  required: readonly ConditionNode[],
  program: Program,
  report: Report,
): boolean {
  const bySubject = new Map<string, ComparisonNode[]>();
  const texts = new Set(required.map(conditionText));
  for (const condition of required) {
    if (condition.kind === "none") {
      const both = condition.conditions.find((one) => texts.has(conditionText(one)));
      if (both) return refuse(policy, both, "must hold and must not", report);
    }
    // A memory that holds nothing is missing and new at once.
    if (condition.kind !== "comparison" || program.memories.has(condition.subject.text)) continue;
    const others = bySubject.get(condition.subject.text) ?? [];
    const other = others.find((one) => areOpposed(one, condition));
    if (other) {
      const what = `and ${quoted(conditionText(other))} cannot both hold`;
      return refuse(policy, condition, what, report, other.span);
    }
    if (others.length < mostCompared) others.push(condition);
    bySubject.set(condition.subject.text, others);
  }
  return false;
}

function refuse(
  policy: PolicyNode,
  condition: ConditionNode,
  what: string,
  report: Report,
  other?: Span,
): true {
  const message = `${quoted(policy.name.text)} never matches: ${quoted(conditionText(condition))} ${what}`;
  if (!other) report.add("W037", condition.span, message);
  else {
    const related = [{ span: other, message: "the other condition" }];
    report.add("W037", condition.span, message, { help: "put alternatives into `any { … }`", related });
  }
  return true;
}

/** `route = x` and `app = x` where the targets cover others. */
function excludesTarget(
  policy: PolicyNode,
  required: readonly ConditionNode[],
  program: Program,
  report: Report,
): boolean {
  const routes = routesOf(policy, program);
  for (const condition of required) {
    if (condition.kind !== "comparison") continue;
    const part = ["app", "route"].indexOf(condition.subject.text);
    const values = part < 0 ? undefined : valuesOf(condition);
    if (!values || routes.length === 0) continue;
    if (routes.some((route) => values.some(({ text }) => route.split(".")[part] === text))) continue;
    return refuse(policy, condition, "is none of what the policy is on", report);
  }
  return false;
}

function routesOf(policy: PolicyNode, program: Program): string[] {
  return policy.targets.flatMap((target) => {
    const resolved = resolveTarget(program, target, false);
    return "code" in resolved ? [] : coveredRoutes(program, resolved.target);
  });
}

/** By label, the routes of the policies that give it. */
function labelRoutes(program: Program): Map<string, Set<string>> {
  const given = new Map<string, Set<string>>();
  for (const policy of program.policies.values()) {
    for (const effect of clauseOf(policy, "then")?.effects ?? []) {
      if (effect.kind !== "label") continue;
      const routes = given.get(effect.label.text) ?? new Set();
      for (const route of routesOf(policy, program)) routes.add(route);
      given.set(effect.label.text, routes);
    }
  }
  return given;
}

/** Labels that are given on other routes only; one that nobody gives is an error of its own. */
function asksElsewhere(
  policy: PolicyNode,
  required: readonly ConditionNode[],
  program: Program,
  given: ReadonlyMap<string, ReadonlySet<string>>,
  report: Report,
): boolean {
  for (const condition of required) {
    const label = condition.kind === "comparison" ? labelOf(condition.subject.text) : undefined;
    const routes = label === undefined ? undefined : given.get(label);
    if (!routes || routes.size === 0) continue;
    const own = routesOf(policy, program);
    if (own.length === 0 || own.some((route) => routes.has(route))) continue;
    const message = `${quoted(policy.name.text)} never matches: no policy gives the label ${quoted(label ?? "")} where it is asked for`;
    const help =
      "a label is of one request; what is to last is held: `hold KEY for 30m`, asked as `POLICY held`";
    report.add("W037", condition.span, message, { help });
    return true;
  }
  return false;
}

function isExcepted(policy: PolicyNode, when: readonly ConditionNode[], report: Report): void {
  const unless = clauseOf(policy, "unless");
  if (!unless || unless.conditions.length === 0) return;
  const texts = new Set(requiredOf(when).map(conditionText));
  if (!unless.conditions.every((one) => texts.has(conditionText(one)))) return;
  const message = `${quoted(policy.name.text)} never matches: whatever meets its \`when\` meets its \`unless\``;
  report.add("W037", unless.span, message, { help: "ask in `unless` for what only exceptions have" });
}

/** Two questions about one subject that are never both answered with yes. */
function areOpposed(left: ComparisonNode, right: ComparisonNode): boolean {
  const [one, other] = [left.operator?.kind, right.operator?.kind];
  if (one === "saturated" || other === "saturated") return false;
  // Of what is missing everything else is unknown.
  if (one === "missing" || other === "missing") return one !== other;
  return opposes(left, right) || opposes(right, left);
}

function opposes(left: ComparisonNode, right: ComparisonNode): boolean {
  const values = valuesOf(left);
  if (values) return values.every((value) => !admits(right, value));
  const [low, high] = [boundOf(left, "low"), boundOf(right, "high")];
  if (!low || !high) return false;
  return low.value > high.value || (low.value === high.value && !(low.isIncluded && high.isIncluded));
}

/** The values that a comparison takes where it names all of them; addresses stand for networks and are left out. */
function valuesOf({ operator }: ComparisonNode): readonly ValueNode[] | undefined {
  if (operator?.kind !== "eq" && operator?.kind !== "in") return undefined;
  const { value } = operator;
  if ("kind" in value && operator.kind === "in") return undefined;
  const values = "kind" in value ? [value] : value;
  return values.some(({ kind }) => kind === "address" || kind === "usual") ? undefined : values;
}

/** Whether the comparison may hold of this value; true wherever that is not plain. */
function admits(comparison: ComparisonNode, value: ValueNode): boolean {
  const { operator } = comparison;
  // A name alone is compared with true.
  if (!operator) return value.text !== "false";
  const values = valuesOf(comparison);
  if (values) return values.some((one) => mayBeEqual(one, value));
  if (operator.kind === "ne") return operator.value.kind !== value.kind || operator.value.text !== value.text;
  const number = numberOf(value);
  const [low, high] = [boundOf(comparison, "low"), boundOf(comparison, "high")];
  if (number === undefined) return true;
  if (low && (low.isIncluded ? number < low.value : number <= low.value)) return false;
  return !(high && (high.isIncluded ? number > high.value : number >= high.value));
}

/** A body's value may be a text and a number at once; a word is a text without quotes. */
function mayBeEqual(left: ValueNode, right: ValueNode): boolean {
  const [one, other] = [numberOf(left), numberOf(right)];
  if ((one === undefined) !== (other === undefined)) return true;
  return one === undefined ? left.text === right.text : one === other;
}

interface Bound {
  readonly value: number;
  readonly isIncluded: boolean;
}

function boundOf({ operator }: ComparisonNode, end: "low" | "high"): Bound | undefined {
  const [strict, loose] = end === "low" ? ["gt", "ge"] : ["lt", "le"];
  if (!operator || (operator.kind !== strict && operator.kind !== loose) || !("value" in operator))
    return undefined;
  const value = "kind" in operator.value ? numberOf(operator.value) : undefined;
  return value === undefined ? undefined : { value, isIncluded: operator.kind === loose };
}

function numberOf(value: ValueNode): number | undefined {
  if (value.kind === "number" || value.kind === "percent") return value.value;
  return value.kind === "duration" ? parseDuration(value.text) : undefined;
}
