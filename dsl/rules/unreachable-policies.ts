/** W033: a stop that a higher one always forestalls does nothing. */
import { clauseOf, type EffectNode, type PolicyNode } from "../ast.ts";
import { conditionText } from "../condition-text.ts";
import { coveredRoutes } from "../covered-routes.ts";
import type { Program } from "../program.ts";
import { resolveTarget } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Most stops looked at on one route. */
const mostCompared = 50;

interface Stop {
  readonly policy: PolicyNode;
  readonly priority: number;
  readonly routes: readonly string[];
  readonly conditions: ReadonlySet<string>;
}

/** Warns of enforced stops all of whose requests meet the conditions of a higher stop without exceptions. */
export const unreachablePolicies: Rule = (program, report) => {
  const byRoute = new Map<string, Stop[]>();
  const exempted = exemptedByName(program);
  const stops = Array.from(program.policies.values(), (policy) => stopOf(policy, program)).filter(
    (stop) => stop !== undefined,
  );
  stops.sort((left, right) => right.priority - left.priority);
  for (const stop of stops) {
    const [first] = stop.routes;
    if (first === undefined) continue;
    const higher = byRoute
      .get(first)
      ?.find((other) => forestalls(other, stop) && !exempted.has(other.policy.name.text));
    if (higher) {
      const name = quoted(higher.policy.name.text);
      const asked = [...stop.conditions].map(quoted).join(" and ");
      const witness = `a request to ${quoted(first.replace(/\.$/, ""))}${asked === "" ? "" : ` with ${asked}`}`;
      const message = `${quoted(stop.policy.name.text)} never stops anything: ${witness} is stopped by ${name} first`;
      const related = [{ span: higher.policy.name.span, message: "the policy that comes first" }];
      report.add("W033", stop.policy.name.span, message, {
        related,
        help: "give it a higher `priority`, or remove it",
      });
    }
    for (const route of stop.routes) {
      const others = byRoute.get(route) ?? [];
      if (others.length < mostCompared) others.push(stop);
      byRoute.set(route, others);
    }
  }
};

/** Policies that others exempt from: what they would stop may still come to a lower one. */
function exemptedByName(program: Program): Set<string> {
  const names = new Set<string>();
  for (const policy of program.policies.values()) {
    for (const effect of clauseOf(policy, "then")?.effects ?? []) {
      if (effect.kind !== "allow" || effect.from === "all") continue;
      for (const name of effect.from) names.add(name.text);
    }
  }
  return names;
}

/** True when whatever the lower one stops, the higher one has stopped before. */
function forestalls(higher: Stop, lower: Stop): boolean {
  if (higher.priority <= lower.priority) return false;
  if (clauseOf(higher.policy, "unless") || clauseOf(higher.policy, "rollout")) return false;
  if (clauseOf(higher.policy, "expires")) return false;
  const routes = new Set(higher.routes);
  return (
    lower.routes.every((route) => routes.has(route)) &&
    [...higher.conditions].every((condition) => lower.conditions.has(condition))
  );
}

function stopOf(policy: PolicyNode, program: Program): Stop | undefined {
  const effects = clauseOf(policy, "then")?.effects ?? [];
  if ((clauseOf(policy, "mode")?.mode ?? "enforce") !== "enforce" || effects.length === 0) return undefined;
  // Whoever marks, labels or holds besides does so whoever stops the request.
  if (!effects.every(isStop)) return undefined;
  const routes = policy.targets.flatMap((target) => {
    const resolved = resolveTarget(program, target, false);
    return "code" in resolved ? [] : coveredRoutes(program, resolved.target);
  });
  const priority = clauseOf(policy, "priority")?.value ?? 500;
  return {
    policy,
    priority,
    routes,
    conditions: new Set((clauseOf(policy, "when")?.conditions ?? []).map(conditionText)),
  };
}

function isStop({ kind }: EffectNode): boolean {
  return kind === "block" || kind === "deceive";
}
