/** S031: what anybody may write, anybody may flood: only what a success proves is remembered. */
import { resolveTarget } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports memories of requests that have not succeeded. */
export const provenMemories: Rule = (program, report) => {
  for (const { name, target } of program.of("remember")) {
    const resolved = target && resolveTarget(program, target, true);
    if (!target || !resolved || "code" in resolved) continue;
    if (resolved.outcomes?.length === 1 && resolved.outcomes[0] === "success") continue;
    const help = "remember at a success: `at APP.ROUTE.success`";
    const message = `${quoted(name.text)} would remember what nobody has proven`;
    report.add("S031", target.span, message, { help });
  }
};
