/** W023: a fixed number on what thousands of people share stops them all on a good day. */
import { type ComparisonNode, clauseOf, type PolicyNode } from "../ast.ts";
import type { Program } from "../program.ts";
import { quoted } from "../source-file.ts";
import { comparisonsIn } from "../walk.ts";
import type { Rule } from "./rule.ts";

const sharedFields =
  /^(?:ip\.(?:asn|as_name|country|class)|app|route|method|host|hour|weekday|tags|request\.kind)$/;
const sharedGroups = /^(?:print|ua|tls|http|headers)\./;

/** Warns of policies that stop by the size of a count whose key many people have in common. */
export const sharedThresholds: Rule = (program, report) => {
  for (const policy of program.policies.values()) {
    if (!stops(policy)) continue;
    const when = comparisonsIn(clauseOf(policy, "when")?.conditions ?? []);
    const all = [...when, ...comparisonsIn(clauseOf(policy, "unless")?.conditions ?? [])];
    // A share is relative already.
    if (all.some((comparison) => isRelative(comparison, program))) continue;
    for (const { subject, operator, span } of when) {
      if (operator?.kind !== "gt" && operator?.kind !== "ge") continue;
      const known = program.subject(subject.text);
      if (known?.kind !== "measure" || !isShared(known.node.by.map((field) => field.text))) continue;
      const message = `many people share the key of ${quoted(subject.text)}: the more of them come, the sooner they are stopped`;
      const help = `compare with what is usual, \`${subject.text} ${operator.sign} 3x usual\`, or ask a \`share\` as well`;
      report.add("W023", span, message, { help });
    }
  }
};

function stops(policy: PolicyNode): boolean {
  if ((clauseOf(policy, "mode")?.mode ?? "enforce") !== "enforce") return false;
  const effects = clauseOf(policy, "then")?.effects ?? [];
  return effects.some(({ kind }) => kind === "block" || kind === "deceive" || kind === "ratelimit");
}

function isRelative({ subject, operator }: ComparisonNode, program: Program): boolean {
  const known = program.subject(subject.text);
  if (known?.kind !== "measure") return false;
  const value = operator && "value" in operator ? operator.value : undefined;
  return known.node.what === "share" || (value !== undefined && "kind" in value && value.kind === "usual");
}

function isShared(by: readonly string[]): boolean {
  return by.every((field) => sharedFields.test(field) || sharedGroups.test(field));
}
