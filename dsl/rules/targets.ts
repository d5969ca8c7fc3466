/** N004, N005, N006: what policies and evidence are on. */
import type { TargetNode } from "../ast.ts";
import { evidenceTargets } from "../evidence-targets.ts";
import { resolveTarget } from "../resolve-target.ts";
import type { Rule } from "./rule.ts";

/** Reports targets that name nothing. */
export const targets: Rule = (program, report) => {
  const check = (node: TargetNode, takesOutcome: boolean) => {
    const resolved = resolveTarget(program, node, takesOutcome);
    if ("code" in resolved)
      report.add(resolved.code, resolved.span, resolved.message, { help: resolved.help });
  };
  for (const policy of program.of("policy")) for (const target of policy.targets) check(target, false);
  for (const target of evidenceTargets(program)) check(target, true);
};
