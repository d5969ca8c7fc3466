/** S022: policies are asked after those whose labels they read, which must come to an end. */
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports policies that read a label which, over others or at once, rests on their own. */
export const labelCircles: Rule = (program, report) => {
  for (const policy of program.policies.values()) {
    if (!program.references.of(policy).isOnCircle) continue;
    const message = `policy ${quoted(policy.name.text)} reads a label that rests on its own`;
    report.add("S022", policy.name.span, message, { help: "give one of them a label of another name" });
  }
};
