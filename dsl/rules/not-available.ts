/** U codes: what the grammar knows and nothing behind it does yet; an error each, so that nothing is silently ignored. */
import type { Declaration, EffectNode, PolicyClauseNode } from "../ast.ts";
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

const effectsOf =
  (kind: EffectNode["kind"]) =>
  (program: Program): Span[] =>
    program.of("policy").flatMap((policy) =>
      policy.clauses.flatMap((clause) => {
        return clause.kind === "then" ? spansOf(clause.effects.filter((effect) => effect.kind === kind)) : [];
      }),
    );

/** As an effect of a policy, or as what a test expects. */
const givenOrExpected = (kind: "webhook" | "alert") => (program: Program) => [
  ...effectsOf(kind)(program),
  ...program
    .of("test")
    .flatMap((test) => test.cases.flatMap((one) => one.statements))
    .flatMap((one) => (one.kind === "expect" && one.expectation.kind === kind ? [one.span] : [])),
];

/** What is parsed and not yet done, one entry a construct: whoever makes one work deletes its entry. */
const constructs: readonly Construct[] = [
  { code: "U022", what: "`cohort`", uses: declared("cohort") },
  { code: "U027", what: "`webhook`", uses: declared("webhook") },
  { code: "U028", what: "`channel`", uses: declared("channel") },
  { code: "U029", what: "`smtp`", uses: declared("smtp") },
  {
    code: "U030",
    what: "`mode draft`",
    uses: clausesOf((clause) => clause.kind === "mode" && clause.mode === "draft"),
  },
  { code: "U033", what: "`adapt`", uses: clausesOf((clause) => clause.kind === "adapt") },
  { code: "U034", what: "`cap`", uses: clausesOf((clause) => clause.kind === "cap") },
  { code: "U035", what: "`guard`", uses: clausesOf((clause) => clause.kind === "guard") },
  { code: "U040", what: "the effect `webhook`", uses: givenOrExpected("webhook") },
  { code: "U041", what: "`alert`", uses: givenOrExpected("alert") },
];

/** Reports every use of a construct that is not available yet. */
export const notAvailable: Rule = (program, report) => {
  for (const { code, what, uses } of constructs) {
    for (const span of uses(program)) report.add(code, span, `${what} is not available yet`);
  }
};
