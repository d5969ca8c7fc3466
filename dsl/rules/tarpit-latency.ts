/** S023: a delay on top of a genuine latency gives the lie away. */
import { clauseOf } from "../ast.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports `tarpit` beside a response whose latency is that of genuine answers. */
export const tarpitLatency: Rule = (program, report) => {
  for (const policy of program.of("policy")) {
    const effects = clauseOf(policy, "then")?.effects ?? [];
    const tarpit = effects.find((effect) => effect.kind === "tarpit");
    const deceive = effects.find((effect) => effect.kind === "deceive");
    const response = deceive && program.responses.get(deceive.response.text);
    const latency = response?.clauses.find(
      (clause) => clause.kind === "latency" && clause.latency.kind === "like",
    );
    if (!tarpit || !latency) continue;
    const message = `\`tarpit\` would change the latency of ${quoted(response?.name.text ?? "")}, which is learned from genuine answers`;
    const related = [{ span: latency.span, message: "this latency" }];
    report.add("S023", tarpit.span, message, { related, help: "leave one of them out" });
  }
};
