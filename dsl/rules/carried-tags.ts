/** W005: a policy on a tag that nothing carries protects nothing. */
import type { TargetNode } from "../ast.ts";
import { evidenceTargets } from "../evidence-targets.ts";
import { tagsOf } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

/** Warns of tagged targets whose tag no app or route carries. */
export const carriedTags: Rule = (program, report) => {
  const known = tagsOf(program);
  const check = (target: TargetNode) => {
    const tag = target.name.text.split(".")[0] ?? "";
    if (!target.isTagged || known.has(tag)) return;
    const help = () => didYouMean(tag, known) ?? `tag a route: \`route NAME METHOD PATH tagged ${tag}\``;
    report.add("W005", target.name.span, `no route is tagged ${quoted(tag)}`, { help });
  };
  for (const policy of program.of("policy")) policy.targets.forEach(check);
  for (const target of evidenceTargets(program)) check(target);
};
