/** Builds `test`. */
import type * as ast from "../ast.ts";
import type { Cst } from "../cst.ts";
import { MessageBuilder } from "./message-builder.ts";
import { choiceOf } from "./part-builder.ts";

const quantifiers = { All: "all", Any: "any", None: "none" } as const;
const namedExpectations = {
  Response: "response",
  Label: "label",
  Webhook: "webhook",
  Alert: "alert",
  Withheld: "withheld",
} as const;
const bareExpectations = {
  Allow: "allow",
  Deceive: "deceive",
  Ratelimit: "ratelimit",
  Tarpit: "tarpit",
  Hold: "hold",
} as const;

/** Builds tests from their concrete nodes. */
export class TestBuilder extends MessageBuilder {
  test(node: Cst, base: ast.DeclarationBase): ast.TestNode {
    return {
      kind: "test",
      ...base,
      requests: this.each(node.nodes("let"), (part) => this.let(part)),
      cases: this.each(node.nodes("case"), (part) => this.case(part)),
    };
  }

  private let(node: Cst): ast.LetNode | undefined {
    const [name, method] = node.names("Name");
    const path = node.name("Path");
    const parts = node.first("requestParts");
    if (!name || !method || !path) return undefined;
    return { name, method, path, parts: parts ? this.requestParts(parts) : [], span: node.span };
  }

  private requestParts(node: Cst): ast.RequestPartNode[] {
    return this.each(node.nodes("requestPart"), (part) => this.requestPart(part));
  }

  private requestPart(node: Cst): ast.RequestPartNode | undefined {
    const span = node.span;
    const subject = this.subject(node.first("subject"));
    if (subject) {
      const value = node.token("Missing") ? "missing" : this.valueOrValues(node);
      return value && { kind: "field", subject, value, span };
    }
    const form = node.first("jsonObject");
    if (form) return { kind: "form", value: this.jsonObject(form), span };
    const body = node.first("jsonValue");
    const value = body && this.json(body);
    return value && { kind: "body", value, span };
  }

  private case(node: Cst): ast.CaseNode | undefined {
    const title = this.text(node);
    const statements = this.each(node.nodes("statement"), (part) => this.statement(part));
    return title && { title, statements, span: node.span };
  }

  private statement(node: Cst): ast.StatementNode | undefined {
    const span = node.span;
    const send = node.first("send");
    if (send) return this.send(send);
    const expect = node.first("expect");
    if (expect) return this.expect(expect);
    const text = this.text(node);
    if (text) return { kind: "explain", text: text.text, span };
    const duration = node.name("Duration");
    if (duration) return { kind: "after", duration, span };
    const time = node.name("DateTime");
    if (time) return { kind: "at", time, span };
    const percent = this.percent(node);
    if (percent) return { kind: node.token("Holdout") ? "holdout" : "rollout", percent, span };
    const measure = node.name("Name");
    const value = this.value(node.first("value"));
    return measure && value && { kind: "usual", measure, value, span };
  }

  private send(node: Cst): ast.StatementNode | undefined {
    const request = node.name("Name");
    const options = this.each(node.nodes("sendOption"), (part) => this.sendOption(part));
    return request && { kind: "send", request, options, span: node.span };
  }

  private sendOption(node: Cst): ast.SendOptionNode | undefined {
    const span = node.span;
    const subject = this.subject(node.first("subject"));
    if (subject) return { kind: "varying", subject, from: this.values(node) ?? node.name("Name"), span };
    const count = this.number(node);
    if (count) return { kind: "times", count, span };
    const interval = node.name("Duration");
    if (interval) return { kind: node.token("Latency") ? "latency" : "every", interval, span };
    const parts = node.first("requestParts");
    if (parts) return { kind: "with", parts: this.requestParts(parts), span };
    const answerNode = node.first("answer");
    const answer = answerNode && this.answer(answerNode);
    return answer && { kind: "answering", answer, span };
  }

  private answer(node: Cst): ast.AnswerNode | undefined {
    const status = this.number(node);
    if (status) return { kind: "status", status };
    const body = node.first("responseBody");
    if (body) return { kind: "response", clauses: this.responseClauses(body) };
    const outcome = node.name("Name");
    return outcome && { kind: "outcome", outcome };
  }

  private expect(node: Cst): ast.StatementNode | undefined {
    const expectationNode = node.first("expectation");
    const expectation = expectationNode && this.expectation(expectationNode);
    if (!expectation) return undefined;
    const of = choiceOf(quantifiers, node) ?? "last";
    return { kind: "expect", of, expectation, by: node.name("Name"), span: node.span };
  }

  private expectation(node: Cst): ast.ExpectationNode | undefined {
    const name = node.name("Name");
    const named = choiceOf(namedExpectations, node);
    if (named) return name && { kind: named, name };
    const bare = choiceOf(bareExpectations, node);
    if (bare) return { kind: bare };
    const status = this.number(node);
    if (node.token("Block")) return { kind: "block", status };
    if (node.token("Status")) return { kind: "status", status };
    return { kind: "mark", text: this.text(node)?.text };
  }
}
