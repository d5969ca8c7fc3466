/** Runs one case: a world without a past, a clock that only the case moves, request after request. */
import type { AnswerNode, CaseNode, SendOptionNode, StatementNode, TestNode } from "../ast.ts";
import type { Decision, PolicyExplanation } from "../decision.ts";
import { parseDuration } from "../duration.ts";
import { linkPolicies } from "../link-policies.ts";
import type { ListPort } from "../list-port.ts";
import type { PolicyIr, PolicyRuleIr } from "../policy-ir.ts";
import type { Outcome, OutcomeKind, Place, PolicySet } from "../policy-set.ts";
import type { Program } from "../program.ts";
import type { DescribedAnswer, DescribedValue, SimulatedWorld, Simulator } from "../simulator-port.ts";
import type { Span } from "../source-file.ts";
import type { Coverage } from "./coverage.ts";
import { isMet, rulesInForce, type Verdict, verdictText } from "./expectation.ts";
import { explanationLines } from "./explanation-text.ts";
import { madeUpValue } from "./made-up-value.ts";
import { describedField, describedValue, jsonOf, RequestDescription } from "./request-description.ts";
import { Telling } from "./telling.ts";
import type { TestFailure } from "./test-report.ts";
import { holdoutOf, setOf, stateOf } from "./world.ts";

/** What all cases of a set share. */
export interface TestWorld<F> {
  readonly program: Program;
  readonly ir: PolicyIr;
  readonly lists: ListPort;
  readonly simulator: Simulator<F>;
  readonly coverage: Coverage;
  textOf(span: Span): string;
  lineOf(span: Span): number;
}

interface Sent extends Verdict {
  readonly description: RequestDescription;
  readonly explanations: readonly PolicyExplanation[];
  readonly at: number;
}

/** How a request ends. */
interface Finished {
  readonly status: number;
  readonly problem?: string;
  readonly outcome?: Outcome;
  readonly settle?: (now: number) => void;
}

/** A Monday at noon, UTC: no policy of these days had expired. */
const virtualStart = Date.UTC(2026, 0, 12, 12);
/** Between requests that say nothing of their pace. */
const unhurriedMs = 1000;
const allowed = { action: { kind: "allow" }, decider: undefined, matches: [], labels: [] } as const;

/** The state of one case. */
export class CaseRunner<F> {
  readonly failures: TestFailure[] = [];
  requests = 0;
  private readonly world: TestWorld<F>;
  private readonly test: TestNode;
  private readonly host: SimulatedWorld<F>;
  private readonly rules: ReadonlyMap<string, PolicyRuleIr>;
  private readonly set: PolicySet<F>;
  private now = virtualStart;
  private sent: Sent[] = [];
  private readonly telling = new Telling();
  /** Answers on their way, the next one first. */
  private readonly awaited: { readonly at: number; readonly arrive: () => void }[] = [];

  constructor(world: TestWorld<F>, test: TestNode, node: CaseNode) {
    this.world = world;
    this.test = test;
    const { simulator, lists } = world;
    this.host = simulator.world();
    const ir = setOf(world.ir, test.name.text, node);
    this.rules = new Map(ir.policies.map((rule) => [rule.name, rule]));
    this.set = linkPolicies(ir, simulator.scheme, {
      gauges: stateOf(this.host.state, node),
      lists,
      ...holdoutOf(node),
    });
    for (const statement of node.statements) this.run(statement);
  }

  private run(statement: StatementNode): void {
    switch (statement.kind) {
      case "send":
        return this.send(statement);
      case "expect":
        return this.expect(statement);
      case "explain": {
        const last = this.sent.at(-1);
        const seen = last?.decision.matches.flatMap((match) => match.reasons) ?? [];
        if (seen.some(({ clause, value }) => `${clause} ${value}`.includes(statement.text))) return;
        const got = seen.length === 0 ? "nothing matched" : seen.map((reason) => reason.clause).join("; ");
        return this.fail(statement.span, got, last);
      }
      case "after":
        return this.goTo(this.now + (parseDuration(statement.duration.text) ?? 0));
      case "at":
        return this.goTo(Date.parse(withZone(statement.time.text)));
      // The whole case's, so that they are read before its world is made.
      case "rollout":
      case "holdout":
      case "usual":
    }
  }

  /** Moves the clock; answers that come until then arrive in between. */
  private goTo(time: number): void {
    while (this.awaited[0] && this.awaited[0].at <= time) {
      const { at, arrive } = this.awaited.shift()!;
      this.now = at;
      arrive();
    }
    this.now = time;
  }

  private send({ request, options, span }: Extract<StatementNode, { kind: "send" }>): void {
    const node = this.test.requests.find((one) => one.name.text === request.text);
    if (!node) return;
    let base = RequestDescription.of(node, this.defaultHost(), this.world.program.fields);
    for (const option of options) if (option.kind === "with") base = base.with(option.parts);
    const times = optionOf(options, "times")?.count.value ?? 1;
    const every = parseDuration(optionOf(options, "every")?.interval.text ?? "") ?? unhurriedMs;
    const answer = optionOf(options, "answering")?.answer;
    const latency = parseDuration(optionOf(options, "latency")?.interval.text ?? "") ?? 0;
    const varied = options.filter((option) => option.kind === "varying");
    this.sent = [];
    for (let index = 0; index < times; index++) {
      if (this.requests > 0) this.goTo(this.now + every);
      let description = base;
      for (const option of varied) {
        const name = this.writable(option.subject.text, description);
        description = description.withField(name, this.variation(option, name, index));
      }
      if (!this.sendOne(description, { answer, latency }, span)) return;
    }
  }

  private sendOne(
    description: RequestDescription,
    { answer, latency }: { readonly answer: AnswerNode | undefined; readonly latency: number },
    span: Span,
  ): boolean {
    const { simulator, coverage } = this.world;
    this.requests++;
    const facts = simulator.facts(description, this.now);
    if (typeof facts === "string") {
      this.fail(span, facts, undefined);
      return false;
    }
    const place = this.host.place(facts, this.set);
    const decision: Decision = place ? this.host.judge(facts, place) : allowed;
    const explanations = place?.bucket.explain(facts, this.now) ?? [];
    coverage.add(explanations);
    const { status, problem, outcome, settle } = this.finish(facts, place, decision, answer);
    const arrive = () => {
      settle?.(this.now);
      if (place && decision.action.kind === "allow") {
        if (!outcome) place.bucket.withdraw?.(facts, this.now);
        place.bucket.ended(facts, status, outcome, this.now);
      }
    };
    // What is stopped is over at once.
    if (latency === 0 || decision.action.kind !== "allow") arrive();
    else this.await(this.now + latency, arrive);
    const asked = explanations.filter(
      ({ policy, matched }) => matched || policy === this.test.name.text || policy === decision.decider,
    );
    const inForce = rulesInForce(decision, this.rules);
    const told = this.telling.told(decision.tells, outcome, this.now);
    const sent = { description, decision, status, inForce, told, explanations: asked, at: this.now };
    this.sent.push(sent);
    if (problem !== undefined) this.fail(span, problem, sent);
    return problem === undefined;
  }

  private await(at: number, arrive: () => void): void {
    const behind = this.awaited.findIndex((one) => one.at > at);
    this.awaited.splice(behind < 0 ? this.awaited.length : behind, 0, { at, arrive });
  }

  /** What the origin answers if it is asked; `settle` counts it once it has come. */
  private finish(
    facts: F,
    place: Place<F> | undefined,
    { action }: Decision,
    answer: AnswerNode | undefined,
  ): Finished {
    if (!place) return { status: 421 };
    const { bucket } = place;
    if (action.kind !== "allow") {
      const status = action.kind === "block" ? action.status : action.response.status;
      if (bucket.event === undefined) return { status };
      const stopped = { event: bucket.event, kind: "stopped" } as const;
      return { status, settle: (now) => this.host.settle(facts, place, stopped, undefined, now) };
    }
    if (!answer) return { status: 200 };
    if (answer.kind === "outcome") {
      const [event = "", kind = ""] = answer.outcome.text.split(".");
      if (bucket.event !== event)
        return {
          status: 200,
          problem: `no event \`${event}\` here: the request went to ${placeText(place)}`,
        };
      const outcome = { event, kind: kind as OutcomeKind };
      return {
        status: 200,
        outcome,
        settle: (now) => this.host.settle(facts, place, outcome, undefined, now),
      };
    }
    const described = answerOf(answer);
    const view = this.world.simulator.answer(described);
    const outcome: Outcome | undefined = bucket.outcome(view);
    if (!outcome) return { status: described.status };
    const settle = (now: number) => this.host.settle(facts, place, outcome, view, now);
    return { status: described.status, outcome, settle };
  }

  private expect({ of, expectation, by, span }: Extract<StatementNode, { kind: "expect" }>): void {
    const meets = (sent: Sent) => isMet(expectation, by?.text, sent);
    const last = this.sent.at(-1);
    switch (of) {
      case "last":
        if (!last || !meets(last)) this.fail(span, last ? verdictText(last) : "nothing was sent", last);
        return;
      case "all":
      case "none": {
        const offender = this.sent.find((sent) => meets(sent) !== (of === "all"));
        if (offender) this.fail(span, this.numbered(offender), offender);
        return;
      }
      case "any":
        if (!this.sent.some(meets))
          this.fail(
            span,
            `none of ${this.sent.length} requests, the last: ${last ? verdictText(last) : ""}`,
            last,
          );
    }
  }

  private numbered(sent: Sent): string {
    return `${verdictText(sent)} for request ${this.sent.indexOf(sent) + 1} of ${this.sent.length}`;
  }

  private fail(span: Span, got: string, sent: Sent | undefined): void {
    const expected = this.world.textOf(span).replaceAll(/\s+/g, " ");
    this.failures.push({ line: this.world.lineOf(span), expected, got, trace: sent ? traceOf(sent) : [] });
  }

  private variation(
    { from }: Extract<SendOptionNode, { kind: "varying" }>,
    name: string,
    index: number,
  ): DescribedValue {
    const { program } = this.world;
    if (from === undefined) return madeUpValue(name, index, program.fields);
    const values = "text" in from ? listValues(program, from.text) : from.map(describedValue);
    return values[index % Math.max(1, values.length)];
  }

  /** `username` is written where the app reads it first. */
  private writable(name: string, description: RequestDescription): string {
    if (name !== "username" && name !== "session")
      return describedField(name, this.world.program.fields) ?? name;
    const facts = this.world.simulator.facts(description, this.now);
    const app = typeof facts === "string" ? undefined : this.host.place(facts, this.set)?.app.name;
    const node = app === undefined ? undefined : this.world.program.apps.get(app);
    const sources = node?.identify.filter((one) => one.what === name).flatMap((one) => one.sources) ?? [];
    return sources.find((source) => source.from === "request")?.subject.text ?? name;
  }

  /** Where requests go that name no host: to the policy's own app, or to the only or first one. */
  private defaultHost(): string {
    const { program } = this.world;
    const target = program.policies.get(this.test.name.text)?.targets.find((one) => !one.isTagged);
    const named = program.apps.get(target?.name.text.split(".")[0] ?? "");
    const [host = "*"] = (named ?? [...program.apps.values()][0])?.hosts.map((one) => one.text) ?? [];
    if (host === "*") return "www.test.example";
    return host.startsWith("*.") ? `www${host.slice(1)}` : host;
  }
}

function optionOf<K extends SendOptionNode["kind"]>(options: readonly SendOptionNode[], kind: K) {
  return options.find((option): option is Extract<SendOptionNode, { kind: K }> => option.kind === kind);
}

function answerOf(answer: Exclude<AnswerNode, { kind: "outcome" }>): DescribedAnswer {
  if (answer.kind === "status") return { status: answer.status.value, headers: [], body: "" };
  let status = 200;
  let body = "";
  const headers: [string, string][] = [];
  for (const clause of answer.clauses) {
    if (clause.kind === "status") status = clause.value;
    else if (clause.kind === "header") headers.push([clause.name.text, clause.value.text]);
    else if (clause.kind === "json") body = JSON.stringify(jsonOf(clause.value));
    else if (clause.kind !== "latency") body = clause.text;
  }
  return { status, headers, body };
}

function listValues(program: Program, name: string): DescribedValue[] {
  return (program.lists.get(name)?.values ?? []).map(describedValue);
}

function placeText<F>({ app, route }: Place<F>): string {
  return route ? `${app.name}.${route.name}` : `${app.name}, and to none of its routes`;
}

function traceOf({ description, explanations, at }: Sent): string[] {
  const { method, target, fields, body } = description;
  const said = Array.from(
    fields,
    ([name, value]) => `${name} ${value === undefined ? "missing" : String(value)}`,
  );
  const carried = body ? [`${body.kind} ${JSON.stringify(body.value)}`] : [];
  return [
    `${new Date(at).toISOString()}  ${method} ${target}  ${[...said, ...carried].join(", ")}`,
    ...explanations.flatMap(explanationLines),
  ];
}

// A time without a zone is UTC, like every time in the language.
function withZone(text: string): string {
  return /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.includes("T") ? text : `${text}T00:00`}Z`;
}
