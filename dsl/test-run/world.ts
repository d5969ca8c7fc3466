/** The set as a case judges with it: the policy under test is enforced, so that a shadow one can be proven before it goes live. */
import type { CaseNode } from "../ast.ts";
import type { PolicyIr } from "../policy-ir.ts";
import type { StatePorts } from "../state-ports.ts";

/** The set and the state that one case of a policy's test runs on. */
export function worldOf(
  ir: PolicyIr,
  state: StatePorts,
  policy: string,
  _node: CaseNode,
): { readonly ir: PolicyIr; readonly state: StatePorts } {
  const policies = ir.policies.map((rule) =>
    rule.name === policy ? { ...rule, mode: "enforce" as const } : rule,
  );
  return { ir: { ...ir, policies }, state };
}
