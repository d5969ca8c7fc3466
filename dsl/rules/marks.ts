/** S020: a mark travels to the origin in a header, several joined by commas. */
import { clauseOf } from "../ast.ts";
import type { Rule } from "./rule.ts";

/** Reports marks that the header could not carry, or that would read as several. */
export const marks: Rule = (program, report) => {
  for (const policy of program.of("policy")) {
    for (const effect of clauseOf(policy, "then")?.effects ?? []) {
      if (effect.kind !== "mark" || /^[\w.:=/+-](?:[\w.:=/ +-]{0,98}[\w.:=/+-])?$/.test(effect.text))
        continue;
      const help = "1 to 100 letters, digits, inner spaces and any of `_ . : = / + -`";
      report.add("S020", effect.span, "this mark cannot be sent in a header", { help });
    }
  }
};
