/** S023: a delay on top of a genuine latency gives the lie away. */
import { clauseOf } from "../ast.ts";
import { hasLearnedLatency } from "../learned-answer.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports `tarpit` beside a response whose latency is that of genuine answers. */
export const tarpitLatency: Rule = (program, report) => {
  for (const policy of program.of("policy")) {
    const effects = clauseOf(policy, "then")?.effects ?? [];
    const tarpit = effects.find((effect) => effect.kind === "tarpit");
    const deceive = effects.find((effect) => effect.kind === "deceive");
    const response = deceive && program.responses.get(deceive.response.text);
    if (!tarpit || !response || !hasLearnedLatency(response)) continue;
    const learned = response.clauses.find((clause) => clause.kind === "latency") ?? response.like;
    const message = `\`tarpit\` would change the latency of ${quoted(response.name.text)}, which is learned from genuine answers`;
    const related = learned ? [{ span: learned.span, message: "this latency" }] : [];
    report.add("S023", tarpit.span, message, { related, help: "leave one of them out" });
  }
};
