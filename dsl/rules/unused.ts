/** W001, W002, W003, W008, W021, W022, W070: what nothing uses is a mistake, or clutter. */
import { clauseOf, type Declaration } from "../ast.ts";
import type { Program } from "../program.ts";
import { knownGoodName } from "../safety-bounds.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const codes = {
  list: "W001",
  measure: "W002",
  response: "W003",
  fingerprint: "W008",
  remember: "W021",
  sequence: "W022",
  cohort: "W070",
} as const;

type Supply = Extract<Declaration, { kind: keyof typeof codes }>;

function isSupply(node: Declaration): node is Supply {
  return node.kind in codes;
}

function nameOf(kind: Supply["kind"]): string {
  return kind === "remember" ? "memory" : kind;
}

/** Warns of lists, evidence and responses that no policy uses. */
export const unused: Rule = (program, report) => {
  const used = new Set<string>();
  for (const { subject, operator } of program.comparisons) {
    const known = program.subject(subject.text);
    if (known && known.kind !== "field") used.add(`${known.node.kind} ${subject.text}`);
    if (operator?.kind === "in" && "kind" in operator.value) used.add(`list ${operator.value.text}`);
  }
  for (const { from } of program.of("app").flatMap((app) => app.fronts)) {
    if ("kind" in from) used.add(`list ${from.text}`);
  }
  for (const name of capped(program)) used.add(`cohort ${name}`);
  for (const policy of program.of("policy")) {
    for (const effect of clauseOf(policy, "then")?.effects ?? []) {
      if (effect.kind === "deceive") used.add(`response ${effect.response.text}`);
    }
  }
  for (const node of program.declarations) {
    if (!isSupply(node) || used.has(`${node.kind} ${node.name.text}`)) continue;
    report.add(
      codes[node.kind],
      node.name.span,
      `${nameOf(node.kind)} ${quoted(node.name.text)} is not used`,
    );
  }
};

/** Every policy that stops has a cap of known good people, written or not. */
function* capped(program: Program): Iterable<string> {
  yield knownGoodName;
  for (const policy of program.of("policy")) {
    for (const clause of clauseOf(policy, "cap")?.clauses ?? []) {
      if (clause.kind === "share") yield clause.subject.text;
    }
  }
}
