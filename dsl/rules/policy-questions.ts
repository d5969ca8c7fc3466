/** N007, N020, S021, T001: what conditions ask of policies, these can answer. */
import { type ComparisonNode, clauseOf } from "../ast.ts";
import { heldPolicy, labelOf } from "../policy-question.ts";
import type { Program } from "../program.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

/** Reports questions about unknown policies, about holds of policies that hold nothing, and labels that nobody gives. */
export const policyQuestions: Rule = (program, report) => {
  const given = givenLabels(program);
  for (const comparison of program.comparisons) {
    const { subject, operator, span } = comparison;
    const policy = heldPolicy(comparison);
    if (policy !== undefined) {
      const node = program.policies.get(policy);
      if (!node) {
        const help = () => didYouMean(policy, program.policies.keys());
        report.add("N007", subject.span, `unknown policy ${quoted(policy)}`, { help });
      } else if (!clauseOf(node, "then")?.effects.some((effect) => effect.kind === "hold")) {
        const help = "add `hold (ip.net) for 30m` to what it does";
        const related = [{ span: node.name.span, message: "this policy" }];
        report.add("S021", span, `policy ${quoted(policy)} holds nothing`, { help, related });
      }
      continue;
    }
    const label = isLabel(comparison) ? labelOf(subject.text) : undefined;
    if (label === undefined) continue;
    if (operator) {
      const help = `ask \`labelled ${label}\` or \`none { labelled ${label} }\``;
      report.add("T001", operator.span, `\`${operator.sign}\` cannot be asked of a label`, { help });
    } else if (!given.has(label)) {
      const help = () => didYouMean(label, given);
      report.add("N020", subject.span, `no policy gives the label ${quoted(label)}`, { help });
    }
  }
};

function isLabel({ subject }: ComparisonNode): boolean {
  return labelOf(subject.text) !== undefined;
}

/** The labels that policies give. */
export function givenLabels(program: Program): Set<string> {
  const given = new Set<string>();
  for (const policy of program.policies.values()) {
    for (const effect of clauseOf(policy, "then")?.effects ?? []) {
      if (effect.kind === "label") given.add(effect.label.text);
    }
  }
  return given;
}
