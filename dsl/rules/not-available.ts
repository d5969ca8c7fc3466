/** U codes: what the grammar knows and nothing behind it does yet; an error each, so that nothing is silently ignored. */
import type { Declaration, PolicyClauseNode } from "../ast.ts";
import type { Code } from "../codes.ts";
import type { Program } from "../program.ts";
import type { Span } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** One construct: its code, what it is called, and where a program uses it. */
interface Construct {
  readonly code: Code;
  readonly what: string;
  readonly uses: (program: Program) => readonly Span[];
}

const spansOf = (nodes: readonly { readonly span: Span }[]) => nodes.map((node) => node.span);

const declared = (kind: Declaration["kind"]) => (program: Program) =>
  program.of(kind).map((node) => node.name.span);

const clausesOf =
  (matches: (clause: PolicyClauseNode) => boolean) =>
  (program: Program): Span[] =>
    program.of("policy").flatMap((policy) => spansOf(policy.clauses.filter(matches)));

/** What is parsed and not yet done, one entry a construct: whoever makes one work deletes its entry. */
const constructs: readonly Construct[] = [
  { code: "U022", what: "`cohort`", uses: declared("cohort") },
  { code: "U034", what: "`cap`", uses: clausesOf((clause) => clause.kind === "cap") },
  { code: "U035", what: "`guard`", uses: clausesOf((clause) => clause.kind === "guard") },
];

/** Reports every use of a construct that is not available yet. */
export const notAvailable: Rule = (program, report) => {
  for (const { code, what, uses } of constructs) {
    for (const span of uses(program)) report.add(code, span, `${what} is not available yet`);
  }
};
