/** N003, N007, S002, S003: what a policy does can be done. */
import { clauseOf, type EffectNode } from "../ast.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

const decisive = new Set<EffectNode["kind"]>(["allow", "block", "deceive", "ratelimit"]);

/** Reports unknown responses and policies, effects that exclude each other, and statuses that no block has. */
export const effects: Rule = (program, report) => {
  for (const policy of program.of("policy")) {
    const done = clauseOf(policy, "then")?.effects ?? [];
    for (const effect of done) checkEffect(effect, program, report);
    const [first, second] = done.filter((effect) => decisive.has(effect.kind));
    if (!first || !second) continue;
    const message = `policy ${quoted(policy.name.text)} has two of \`allow\`, \`block\`, \`deceive\` and \`ratelimit\``;
    report.add("S002", second.span, message, { related: [{ span: first.span, message: "the first one" }] });
  }
};

function checkEffect(effect: EffectNode, program: Program, report: Report): void {
  switch (effect.kind) {
    case "deceive": {
      const name = effect.response.text;
      if (program.responses.has(name) || program.isPartial) return;
      const help = () => didYouMean(name, program.responses.keys());
      report.add("N003", effect.response.span, `unknown response ${quoted(name)}`, { help });
      return;
    }
    case "block":
      if (effect.status === undefined || (effect.status >= 400 && effect.status <= 599)) return;
      report.add("S003", effect.span, `a block cannot answer ${quoted(String(effect.status))}`, {
        help: "400 to 599; use `deceive` for a made-up success",
      });
      return;
    case "allow":
      if (effect.from === "all" || program.isPartial) return;
      for (const name of effect.from) {
        if (program.policies.has(name.text)) continue;
        const help = () => didYouMean(name.text, program.policies.keys());
        report.add("N007", name.span, `unknown policy ${quoted(name.text)}`, { help });
      }
      return;
    case "ratelimit":
    case "mark":
    case "tarpit":
    case "label":
    case "hold":
    case "webhook":
    case "alert":
  }
}
