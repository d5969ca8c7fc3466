/** X001 to X004: what a test says is there, can be set, and stays within bounds. */
import type { JsonNode, RequestPartNode, SendOptionNode, StatementNode, TestNode } from "../ast.ts";
import { parseDuration } from "../duration.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { trafficName } from "../safety-bounds.ts";
import { quoted, type Span } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import { withheldWords } from "../test-run/expectation.ts";
import { describedField } from "../test-run/request-description.ts";
import type { Rule } from "./rule.ts";

/** Most requests of one `send`, and the longest that the clock moves at once, ms. */
const mostTimes = 20_000;
const longestMs = 400 * 86_400_000;
const answerable: readonly string[] = [
  "success",
  "failure",
  "unknown_user",
  "locked",
  "challenge",
  "throttled",
];

/** What any request has, whatever fields there are. */
const alwaysDescribed: ReadonlySet<string> = new Set(["host", "username", "session"]);

/** Requests that all tests of a set send: some seconds' worth. */
const mostSent = 200_000;

const withheldNames = new Map(withheldWords.map((word) => [word as string, word]));

/** Checks every `test`. */
export const tests: Rule = (program, report) => {
  let sent = 0;
  for (const node of program.of("test")) {
    new TestCheck(node, program, report).check();
    const before = sent;
    sent += sentIn(node);
    if (before > mostSent || sent <= mostSent) continue;
    const message = `the tests up to here send ${sent} requests; the limit of a set is ${mostSent}`;
    report.add("X004", node.name.span, message, { help: "lower `times`" });
  }
};

function sentIn(node: TestNode): number {
  let sent = 0;
  for (const { statements } of node.cases) {
    for (const statement of statements) {
      if (statement.kind !== "send") continue;
      const times = statement.options.find((option) => option.kind === "times");
      sent += Math.min(mostTimes, times?.count.value ?? 1);
    }
  }
  return sent;
}

/** A map or a set of names. */
interface Names {
  has(name: string): boolean;
  keys(): Iterable<string>;
}

function outcomesOf(program: Program): Set<string> {
  const names = new Set<string>();
  for (const app of program.apps.values()) {
    for (const { event } of app.outcomes) for (const kind of answerable) names.add(`${event.text}.${kind}`);
  }
  return names;
}

class TestCheck {
  private readonly node: TestNode;
  private readonly program: Program;
  private readonly report: Report;
  private readonly requests: ReadonlySet<string>;
  private outcomes: ReadonlySet<string> | undefined;

  constructor(node: TestNode, program: Program, report: Report) {
    this.node = node;
    this.program = program;
    this.report = report;
    this.requests = new Set(node.requests.map((one) => one.name.text));
  }

  check(): void {
    const { name, requests, cases } = this.node;
    this.known("policy", name.text, name.span, this.program.policies);
    this.once(requests.map((request) => ({ what: `let ${request.name.text}`, span: request.name.span })));
    for (const request of requests) this.parts(request.parts);
    for (const { statements } of cases) {
      let isSent = false;
      for (const statement of statements) {
        if (statement.kind === "send") isSent = true;
        const isAsking = statement.kind === "expect" || statement.kind === "explain";
        if (isAsking && !isSent) this.report.add("X003", statement.span, "nothing was sent yet");
        this.statement(statement);
      }
    }
  }

  private statement(statement: StatementNode): void {
    const { program } = this;
    switch (statement.kind) {
      case "send":
        this.known("request", statement.request.text, statement.request.span, this.requests);
        this.once(
          statement.options
            .filter(({ kind }) => kind !== "varying")
            .map((option) => ({ what: option.kind, span: option.span })),
        );
        for (const option of statement.options) this.option(option);
        return;
      case "expect": {
        const { by, expectation } = statement;
        if (by) this.known("policy", by.text, by.span, program.policies);
        if (expectation.kind === "withheld") {
          this.known("reason", expectation.name.text, expectation.name.span, withheldNames);
        }
        if (expectation.kind === "response") {
          this.known("response", expectation.name.text, expectation.name.span, program.responses);
        }
        if (expectation.kind === "webhook") {
          this.known("webhook", expectation.name.text, expectation.name.span, program.webhooks);
        }
        if (expectation.kind === "alert") {
          this.known("channel", expectation.name.text, expectation.name.span, program.channels);
        }
        return;
      }
      case "after":
        return this.duration(statement.duration.text, statement.duration.span);
      case "at":
        if (Number.isNaN(Date.parse(statement.time.text))) {
          this.report.add("X004", statement.time.span, `no date: ${quoted(statement.time.text)}`);
        }
        return;
      case "usual":
        if (statement.measure.text === trafficName) return;
        this.known("measure", statement.measure.text, statement.measure.span, program.measures);
        return;
      case "rollout":
      case "holdout":
      case "explain":
    }
  }

  private once(given: readonly { readonly what: string; readonly span: Span }[]): void {
    const seen = new Map<string, Span>();
    for (const { what, span } of given) {
      const first = seen.get(what);
      if (!first) seen.set(what, span);
      else {
        const related = [{ span: first, message: "first given here" }];
        this.report.add("P015", span, `\`${what}\` is given twice`, { related });
      }
    }
  }

  private option(option: SendOptionNode): void {
    switch (option.kind) {
      case "varying": {
        this.field(option.subject.text, option.subject.span);
        const { from } = option;
        if (from && "text" in from) this.known("list", from.text, from.span, this.program.lists);
        return;
      }
      case "times": {
        const { value } = option.count;
        if (value >= 1 && value <= mostTimes) return;
        const help = `write a number from 1 to ${mostTimes}`;
        this.report.add("X004", option.count.span, `no such number of requests: ${value}`, { help });
        return;
      }
      case "every":
      case "latency":
        return this.duration(option.interval.text, option.interval.span);
      case "with":
        return this.parts(option.parts);
      case "answering":
        if (option.answer.kind === "outcome")
          this.outcome(option.answer.outcome.text, option.answer.outcome.span);
    }
  }

  private parts(parts: readonly RequestPartNode[]): void {
    for (const part of parts) {
      if (part.kind === "field") this.field(part.subject.text, part.subject.span);
      else this.json(part.value);
    }
  }

  private json(node: JsonNode): void {
    if (node.kind === "array") for (const item of node.items) this.json(item);
    else if (node.kind === "object") for (const { value } of node.pairs) this.json(value);
    else if (node.kind !== "scalar") {
      this.report.add("X002", node.span, "a request of a test says its values", {
        help: "write a text or a number",
      });
    }
  }

  private field(name: string, span: Span): void {
    const { fields } = this.program;
    if (describedField(name, fields) !== undefined || alwaysDescribed.has(name)) return;
    const help = () => didYouMean(name, fields.names());
    this.report.add("X002", span, `unknown field ${quoted(name)}`, { help });
  }

  private outcome(name: string, span: Span): void {
    this.outcomes ??= outcomesOf(this.program);
    this.known("outcome", name, span, this.outcomes);
  }

  private duration(text: string, span: Span): void {
    const ms = parseDuration(text);
    if (ms !== undefined && ms <= longestMs) return;
    this.report.add("X004", span, `no such time: ${quoted(text)}`, {
      help: "write a duration such as `90ms`, up to 400 days",
    });
  }

  private known(what: string, name: string, span: Span, names: Names): void {
    if (names.has(name)) return;
    const declared =
      what === "request" ? "declare it before the cases: `let NAME = GET /path { … }`" : undefined;
    const help = () => didYouMean(name, names.keys()) ?? declared;
    this.report.add("X001", span, `unknown ${what} ${quoted(name)}`, { help });
  }
}
