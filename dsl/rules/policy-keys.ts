/** N001, T007: rollouts, limits, holds and alerts are keyed by plain fields. */
import { clauseOf, type EffectNode, type KeyNode, type PolicyClauseNode } from "../ast.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

const mostFields = 4;

/** Reports unknown names in keys, measures and fingerprints there, and keys of too many parts. */
export const policyKeys: Rule = (program, report) => {
  for (const policy of program.of("policy")) {
    const effects = clauseOf(policy, "then")?.effects ?? [];
    for (const key of [...policy.clauses.map(keyOfClause), ...effects.map(keyOfEffect)]) {
      const extra = key[mostFields];
      if (extra) report.add("T007", extra.span, `a key has at most ${mostFields} fields`);
      for (const { text, span } of key) {
        if (program.fields.find(text)) continue;
        const known = program.subject(text);
        if (known) report.add("T007", span, `${quoted(text)} is a ${known.kind}; keys are made of fields`);
        else {
          const help = () => didYouMean(text, program.fields.names());
          report.add("N001", span, `unknown field ${quoted(text)}`, { help });
        }
      }
    }
  }
};

function keyOfClause(clause: PolicyClauseNode): KeyNode {
  return clause.kind === "rollout" ? clause.by : [];
}

function keyOfEffect(effect: EffectNode): KeyNode {
  if (effect.kind === "ratelimit") return effect.by;
  if (effect.kind === "alert" || effect.kind === "webhook") return effect.oncePer;
  return effect.kind === "hold" ? effect.key : [];
}
