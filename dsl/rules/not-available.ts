/** U codes: what the grammar knows and nothing behind it does yet; an error each, so that nothing is silently ignored. */
import type { AppNode, Declaration, EffectNode, JsonNode, PolicyClauseNode } from "../ast.ts";
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

const inApps = (find: (app: AppNode) => readonly { readonly span: Span }[]) => (program: Program) =>
  program.of("app").flatMap((app) => spansOf(find(app)));

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

const questions =
  (kind: string) =>
  (program: Program): Span[] =>
    program.comparisons.flatMap(({ operator }) => (operator?.kind === kind ? [operator.span] : []));

const measures =
  (kind: string) =>
  (program: Program): Span[] =>
    program.of("measure").flatMap((measure) => (measure.what === kind ? [measure.whatSpan] : []));

const jsonParts =
  (kind: "fake" | "field") =>
  (program: Program): Span[] =>
    program
      .of("response")
      .flatMap((response) =>
        response.clauses.flatMap((clause) =>
          clause.kind === "json" ? spansOf(partsOf(clause.value, kind)) : [],
        ),
      );

function partsOf(node: JsonNode, kind: "fake" | "field"): JsonNode[] {
  if (node.kind === "array") return node.items.flatMap((item) => partsOf(item, kind));
  if (node.kind === "object") return node.pairs.flatMap((pair) => partsOf(pair.value, kind));
  return node.kind === kind ? [node] : [];
}

const responseTests = (app: AppNode) =>
  app.outcomes.flatMap((outcome) => outcome.cases.flatMap((kind) => kind.tests));

const outcomeCases = (app: AppNode) => app.outcomes.flatMap((outcome) => outcome.cases);

/** What is parsed and not yet done, one entry a construct: whoever makes one work deletes its entry. */
const constructs: readonly Construct[] = [
  {
    code: "U001",
    what: "`weight` of an origin",
    uses: inApps((app) => app.origins.flatMap((origin) => (origin.weight ? [origin.weight] : []))),
  },
  {
    code: "U002",
    what: "a route's `when`",
    uses: inApps((app) => app.routes.flatMap((route) => route.when)),
  },
  {
    code: "U003",
    what: "an identity read from responses",
    uses: inApps((app) =>
      app.identify.flatMap((one) => one.sources.filter((source) => source.from === "response")),
    ),
  },
  {
    code: "U004",
    what: "`each`",
    uses: inApps((app) => app.identify.flatMap((one) => one.sources.filter((source) => source.isEach))),
  },
  { code: "U005", what: "`normalise`", uses: inApps((app) => app.identify.flatMap((one) => one.normalise)) },
  {
    code: "U006",
    what: "an outcome read from cookies, redirects or bodies",
    uses: inApps((app) =>
      responseTests(app).filter((test) => test.kind === "field" && !test.subject.text.startsWith("header.")),
    ),
  },
  {
    code: "U007",
    what: "a range of statuses",
    uses: inApps((app) =>
      responseTests(app).flatMap((test) =>
        test.kind === "status" ? test.statuses.filter((status) => status.last !== undefined) : [],
      ),
    ),
  },
  {
    code: "U008",
    what: "the outcomes `challenge` and `throttled`",
    uses: inApps((app) =>
      outcomeCases(app).filter(({ kind }) => kind === "challenge" || kind === "throttled"),
    ),
  },
  { code: "U009", what: "`unidentified`", uses: inApps((app) => app.unidentified) },
  {
    code: "U010",
    what: "`fail`",
    uses: inApps((app) => app.settings.filter((setting) => setting.kind === "fail")),
  },
  { code: "U011", what: "`front`", uses: inApps((app) => app.fronts) },
  {
    code: "U012",
    what: "`case … paths`",
    uses: inApps((app) => app.settings.filter((setting) => setting.kind === "pathCase")),
  },
  {
    code: "U013",
    what: "`ambiguous`",
    uses: inApps((app) => app.settings.filter((setting) => setting.kind === "ambiguous")),
  },
  {
    code: "U014",
    what: "`format`, `refresh` and `max` of a list",
    uses: (program) => program.of("list").flatMap((list) => spansOf(list.options)),
  },
  { code: "U015", what: "`share`", uses: measures("share") },
  { code: "U016", what: "`new` as a measure", uses: measures("new") },
  { code: "U017", what: "`gap`", uses: measures("gap") },
  {
    code: "U018",
    what: "`at least` of a measure",
    uses: (program) =>
      program.of("measure").flatMap((measure) => (measure.support ? [measure.support.span] : [])),
  },
  {
    code: "U019",
    what: "a measure without `by`",
    uses: (program) =>
      program.of("measure").flatMap((measure) => (measure.by.length === 0 ? [measure.name.span] : [])),
  },
  { code: "U020", what: "`remember`", uses: declared("remember") },
  { code: "U021", what: "`sequence`", uses: declared("sequence") },
  { code: "U022", what: "`cohort`", uses: declared("cohort") },
  {
    code: "U023",
    what: "a response `like` a route's answers",
    uses: (program) =>
      program.of("response").flatMap((response) => (response.like ? [response.like.span] : [])),
  },
  {
    code: "U024",
    what: "`latency`",
    uses: (program) =>
      program
        .of("response")
        .flatMap((response) => spansOf(response.clauses.filter((clause) => clause.kind === "latency"))),
  },
  { code: "U025", what: "`fake`", uses: jsonParts("fake") },
  { code: "U026", what: "a field in a response", uses: jsonParts("field") },
  { code: "U027", what: "`webhook`", uses: declared("webhook") },
  { code: "U028", what: "`channel`", uses: declared("channel") },
  { code: "U029", what: "`smtp`", uses: declared("smtp") },
  {
    code: "U030",
    what: "`mode draft`",
    uses: clausesOf((clause) => clause.kind === "mode" && clause.mode === "draft"),
  },
  { code: "U031", what: "`rollout`", uses: clausesOf((clause) => clause.kind === "rollout") },
  { code: "U032", what: "`expires`", uses: clausesOf((clause) => clause.kind === "expires") },
  { code: "U033", what: "`adapt`", uses: clausesOf((clause) => clause.kind === "adapt") },
  { code: "U034", what: "`cap`", uses: clausesOf((clause) => clause.kind === "cap") },
  { code: "U035", what: "`guard`", uses: clausesOf((clause) => clause.kind === "guard") },
  { code: "U036", what: "`ratelimit`", uses: effectsOf("ratelimit") },
  { code: "U037", what: "`mark`", uses: effectsOf("mark") },
  { code: "U038", what: "`tarpit`", uses: effectsOf("tarpit") },
  { code: "U039", what: "`hold`", uses: effectsOf("hold") },
  { code: "U040", what: "the effect `webhook`", uses: effectsOf("webhook") },
  { code: "U041", what: "`alert`", uses: effectsOf("alert") },
  { code: "U042", what: "`known`", uses: questions("known") },
  { code: "U043", what: "`new` as a question", uses: questions("new") },
  { code: "U044", what: "`differs`", uses: questions("differs") },
  { code: "U045", what: "`held`", uses: questions("held") },
  { code: "U046", what: "`saturated`", uses: questions("saturated") },
  {
    code: "U047",
    what: "`usual`",
    uses: (program) =>
      program.comparisons.flatMap(({ operator }) => {
        if (!operator || !("value" in operator) || !("kind" in operator.value)) return [];
        return operator.value.kind === "usual" ? [operator.value.span] : [];
      }),
  },
  {
    code: "U048",
    what: "`labelled`",
    uses: (program) =>
      program.comparisons.flatMap(({ subject }) => {
        return subject.text.startsWith("label.") && !program.subject(subject.text) ? [subject.span] : [];
      }),
  },
  {
    code: "U049",
    what: "a sequence as a condition",
    uses: (program) =>
      program.comparisons.flatMap(({ subject }) =>
        program.sequences.has(subject.text) ? [subject.span] : [],
      ),
  },
  {
    code: "U050",
    what: "`rollout` and `usual` in a test",
    uses: (program) =>
      program
        .of("test")
        .flatMap((test) => test.cases.flatMap((one) => one.statements))
        .filter(({ kind }) => kind === "rollout" || kind === "usual")
        .map(({ span }) => span),
  },
  {
    code: "U051",
    what: "a memory without its question",
    uses: (program) =>
      program.comparisons.flatMap(({ subject, operator }) => {
        const isAsked = operator && ["known", "new", "differs"].includes(operator.kind);
        return program.memories.has(subject.text) && !isAsked ? [subject.span] : [];
      }),
  },
];

/** Reports every use of a construct that is not available yet. */
export const notAvailable: Rule = (program, report) => {
  for (const { code, what, uses } of constructs) {
    for (const span of uses(program)) report.add(code, span, `${what} is not available yet`);
  }
};
