/**
 * The set as a case judges with it. The policy under test is enforced, so that a shadow one can be proven before it
 * goes live; rollouts take in everybody and nothing has expired, unless the case says otherwise.
 */
import type { CaseNode, StatementNode } from "../ast.ts";
import { parseDuration } from "../duration.ts";
import type { PolicyIr } from "../policy-ir.ts";
import type { StatePorts } from "../state-ports.ts";

/** The set that one case of a policy's test runs on. */
export function setOf(ir: PolicyIr, policy: string, node: CaseNode): PolicyIr {
  const percent = statements(node, "rollout")[0]?.percent;
  const drawn = percent?.kind === "percent" ? percent.value : 100;
  const hasDate = statements(node, "at").length > 0;
  const policies = ir.policies.map((rule) => ({
    ...rule,
    mode: rule.name === policy ? ("enforce" as const) : rule.mode,
    rollout: rule.rollout && { ...rule.rollout, percent: rule.name === policy ? drawn : 100 },
    expiry: hasDate ? rule.expiry : undefined,
  }));
  return { ...ir, policies };
}

/** The part of known good people whom guards let through, where the case says it. */
export function holdoutOf(node: CaseNode): { readonly holdout?: number } {
  const percent = statements(node, "holdout")[0]?.percent;
  return percent?.kind === "percent" ? { holdout: percent.value / 100 } : {};
}

/** State whose usual values are those that the case states. */
export function stateOf(state: StatePorts, node: CaseNode): StatePorts {
  const said = new Map(
    statements(node, "usual").map(({ measure, value }) => [measure.text, usualOf(value)] as const),
  );
  return {
    open: (spec) => state.open(spec),
    openMemory: (spec) => state.openMemory(spec),
    openSequence: (spec) => state.openSequence(spec),
    openHold: (spec) => state.openHold(spec),
    openRate: (spec) => state.openRate(spec),
    openBaseline: (spec) => {
      const baseline = state.openBaseline(spec);
      const usual = said.get(spec.name);
      if (usual === undefined) return baseline;
      return {
        observe: (key, value, now, isCampaign) => baseline.observe(key, value, now, isCampaign),
        usual: () => usual,
        // Said, and so as good as learnt over a week.
        support: () => ({ source: "hour_of_week", hours: 168 }),
        forget: (from, to) => baseline.forget(from, to),
      };
    },
  };
}

/** In the unit of the gauge: numbers, milliseconds, parts of one. */
function usualOf(value: Extract<StatementNode, { kind: "usual" }>["value"]): number {
  if (value.kind === "percent") return value.value / 100;
  if (value.kind === "number") return value.value;
  return parseDuration(value.text) ?? 0;
}

function statements<K extends StatementNode["kind"]>(node: CaseNode, kind: K) {
  return node.statements.filter(
    (statement): statement is Extract<StatementNode, { kind: K }> => statement.kind === kind,
  );
}
