/** R001, R002: patterns run in linear time, on an engine without lookaround and backreferences. */
import { compilePattern } from "../pattern.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Instructions of all patterns of a set together: compiling that many takes a few tenths of a second. */
const mostInstructions = 1_000_000;

/** Reports patterns that the engine refuses. */
export const patterns: Rule = (program, report) => {
  let instructions = 0;
  for (const { operator } of program.comparisons) {
    if (operator?.kind !== "matches") continue;
    if (operator.flags !== "" && operator.flags !== "i") {
      const help = "the only flag is `i`, which ignores case";
      report.add("R001", operator.span, `unknown flags ${quoted(operator.flags)} of a pattern`, { help });
      continue;
    }
    const compiled = compilePattern(operator.pattern, operator.flags === "i");
    if (compiled.isValid) {
      instructions += compiled.size;
      if (instructions <= mostInstructions) continue;
      const message = "the patterns up to here are too large together";
      const help = "repeat less in them (`{1,200}` counts 200 times), or use `contains`, `starts` and lists";
      report.add("L007", operator.span, message, { help });
      return;
    }
    if (/\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</.test(operator.pattern)) {
      const help = "ask two questions in one block, or `none { … }`, in place of a lookaround";
      report.add("R002", operator.span, "patterns have no lookaround and no backreferences", { help });
    } else report.add("R001", operator.span, `this pattern is malformed: ${compiled.problem.slice(0, 80)}`);
  }
};
