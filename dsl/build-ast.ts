/** From the concrete tree to the abstract one; parts that recovery left incomplete are dropped, they are reported already. */
import type { CstNode, IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import { Cst } from "./cst.ts";
import type { Report } from "./report.ts";
import { quoted, type Span } from "./source-file.ts";
import { unquote } from "./unquote.ts";

/** The declarations of one file. */
export function buildAst(tree: CstNode, file: string, report: Report): ast.Declaration[] {
  const builder = new AstBuilder(report);
  const declarations = new Cst(tree, file).nodes("declaration").map((node) => builder.declaration(node));
  return declarations.filter((declaration) => declaration !== undefined);
}

const comparisonKinds = {
  Equal: "eq",
  NotEqual: "ne",
  Below: "lt",
  AtMost: "le",
  Above: "gt",
  AtLeast: "ge",
  Contains: "contains",
  Ends: "ends",
} as const;

const outcomeKinds = {
  Success: "success",
  Failure: "failure",
  UnknownUser: "unknown_user",
  Locked: "locked",
} as const;

function keyIn<T extends object>(table: T, node: Cst): keyof T | undefined {
  for (const key in table) if (node.token(key) !== undefined) return key;
  return undefined;
}

class AstBuilder {
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  declaration(node: Cst): ast.Declaration | undefined {
    const rules = ["app", "list", "fingerprint", "measure", "response", "policy"] as const;
    for (const rule of rules) {
      const part = node.first(rule);
      // The declaration's own name comes first: a list's type is a second name.
      const name = part?.name("Name");
      if (!part || !name) continue;
      const base = { name, span: part.span };
      switch (rule) {
        case "app":
          return { kind: rule, ...base, ...this.appParts(part) };
        case "list":
          return this.list(part, base);
        case "fingerprint":
          return this.fingerprint(part, base);
        case "measure":
          return this.measure(part, base);
        case "response":
          return {
            kind: rule,
            ...base,
            clauses: this.each(part.nodes("responseClause"), (part) => this.responseClause(part)),
          };
        case "policy":
          return {
            kind: rule,
            ...base,
            targets: this.each(part.nodes("target"), (part) => this.target(part)),
            clauses: this.each(part.nodes("policyClause"), (part) => this.policyClause(part)),
          };
      }
    }
    return undefined;
  }

  // Parts that could not be built are left out.
  private each<T>(nodes: readonly Cst[], build: (node: Cst) => T | undefined): T[] {
    const built: T[] = [];
    for (const node of nodes) {
      const part = build(node);
      if (part !== undefined) built.push(part);
    }
    return built;
  }

  private appParts(node: Cst): Omit<ast.AppNode, "kind" | "name" | "span"> {
    const clauses = node.nodes("appClause");
    const of = (rule: string) => clauses.flatMap((clause) => clause.nodes(rule));
    return {
      tags: of("tags").flatMap((clause) => this.names(clause)),
      hosts: of("hosts").flatMap((clause) =>
        this.each(clause.nodes("host"), (part) => this.textOrImage(part)),
      ),
      origins: of("origin").flatMap((clause) =>
        this.each(clause.nodes("originUrl"), (part) => this.textOrImage(part)),
      ),
      routes: this.each(of("route"), (part) => this.route(part)),
      identify: this.each(of("identify"), (part) => this.identify(part)),
      outcomes: this.each(of("outcome"), (part) => this.outcome(part)),
    };
  }

  private names(node: Cst): ast.NameNode[] {
    return node.nodes("names").flatMap((names) => names.names("Name"));
  }

  private textOrImage(node: Cst): { text: string; span: Span } | undefined {
    const found = node.anyToken();
    if (!found) return undefined;
    const span = node.spanOf(found.token);
    const isText = found.type === "Text";
    return { text: isText ? unquote(found.token.image, span, this.report) : found.token.image, span };
  }

  private route(node: Cst): ast.RouteNode | undefined {
    const name = node.name("Name");
    const method = node.first("method")?.anyToken()?.token;
    const path = node.name("Path");
    if (!name || !method || !path) return undefined;
    return { name, method: node.nameOf(method), path, tags: this.names(node) };
  }

  private identify(node: Cst): ast.IdentifyNode | undefined {
    const what = node.first("identity")?.anyToken()?.token.image;
    if (what !== "username" && what !== "password" && what !== "session") return undefined;
    return { what, sources: this.each(node.nodes("subject"), (part) => this.subject(part)), span: node.span };
  }

  private outcome(node: Cst): ast.OutcomeNode | undefined {
    const event = node.name("Name");
    if (!event) return undefined;
    const routes = node.first("names")?.names("Name");
    return {
      event,
      routes,
      cases: this.each(node.nodes("outcomeCase"), (part) => this.outcomeCase(part)),
      span: node.span,
    };
  }

  private outcomeCase(node: Cst): ast.OutcomeCaseNode | undefined {
    const kindNode = node.first("outcomeKind");
    const key = kindNode && keyIn(outcomeKinds, kindNode);
    if (!key) return undefined;
    const junctions = node.nodes("junction").map((junction) => {
      return { text: junction.anyToken()?.token.image ?? "and", span: junction.span };
    });
    const tests = this.each(node.nodes("responseTest"), (part) => this.responseTest(part));
    return { kind: outcomeKinds[key], tests, junctions, span: node.span };
  }

  private responseTest(node: Cst): ast.ResponseTestNode | undefined {
    if (node.token("Status")) {
      const statuses = node.tokens("Int").map((token) => this.int(node, token));
      return { kind: "status", statuses, span: node.span };
    }
    const name = node.name("AnyWord");
    const operator = node.first("operator");
    const built = operator && this.operator(operator);
    return name && built && { kind: "header", name, operator: built, span: node.span };
  }

  private list(node: Cst, base: { name: ast.NameNode; span: Span }): ast.ListNode | undefined {
    const type = node.names("Name")[1];
    if (!type) return undefined;
    const values = node.first("values");
    const file = node.token("Text");
    const fileSpan = file && node.spanOf(file);
    return {
      kind: "list",
      ...base,
      type,
      values: values && this.each(values.nodes("value"), (part) => this.value(part)),
      file: file && fileSpan && { text: unquote(file.image, fileSpan, this.report), span: fileSpan },
    };
  }

  private fingerprint(node: Cst, base: { name: ast.NameNode; span: Span }): ast.FingerprintNode {
    const threshold = node.token("Int");
    return {
      kind: "fingerprint",
      ...base,
      scores: this.each(node.nodes("score"), (part) => this.score(part)),
      threshold: threshold && this.int(node, threshold),
    };
  }

  private score(node: Cst): ast.ScoreNode | undefined {
    const points = node.token("Int");
    const condition = node.first("condition");
    const built = condition && this.condition(condition);
    return points && built && { points: this.int(node, points).value, condition: built, span: node.span };
  }

  private measure(node: Cst, base: { name: ast.NameNode; span: Span }): ast.MeasureNode {
    const counted = node.first("counted")?.first("subject");
    const target = node.first("target");
    return {
      kind: "measure",
      ...base,
      counted: counted && this.subject(counted),
      target: target && this.target(target),
      by: this.each(node.nodes("subject"), (part) => this.subject(part)),
      window: node.name("Duration"),
    };
  }

  private target(node: Cst): ast.TargetNode | undefined {
    const name = node.name("Name");
    return name && { isTagged: node.token("Tagged") !== undefined, name, span: node.span };
  }

  private subject(node: Cst): ast.SubjectNode | undefined {
    const plain = node.name("Name");
    if (plain) return plain;
    const prefix = node.token("Header") ?? node.token("Cookie");
    const word = node.name("AnyWord");
    if (!prefix || !word) return undefined;
    // Header names are compared in lower case; RFC 9110 §5.1: they are case-insensitive.
    const parameter = prefix.image === "header" ? word.text.toLowerCase() : word.text;
    return { text: `${prefix.image}.${parameter}`, span: node.span };
  }

  private responseClause(node: Cst): ast.ResponseClauseNode | undefined {
    const span = node.span;
    const status = node.token("Int");
    if (status) return { kind: "status", value: this.int(node, status).value, span };
    const texts = node.tokens("Text").map((token): ast.NameNode => {
      const place = node.spanOf(token);
      return { text: unquote(token.image, place, this.report), span: place };
    });
    const [name, value] = texts;
    if (node.token("Header")) return name && value && { kind: "header", name, value, span };
    const json = node.first("jsonValue");
    if (json) {
      const built = this.json(json);
      return built && { kind: "json", value: built, span };
    }
    if (!name) return undefined;
    return { kind: node.token("Html") ? "html" : "body", text: name.text, span };
  }

  private json(node: Cst): ast.JsonNode | undefined {
    const object = node.first("jsonObject");
    if (object)
      return { kind: "object", pairs: this.each(object.nodes("jsonPair"), (part) => this.jsonPair(part)) };
    const array = node.first("jsonArray");
    if (array)
      return { kind: "array", items: this.each(array.nodes("jsonValue"), (part) => this.json(part)) };
    const found = node.anyToken();
    if (!found) return undefined;
    const { type, token } = found;
    if (type === "Text") {
      return { kind: "scalar", value: unquote(token.image, node.spanOf(token), this.report) };
    }
    if (type === "Int" || type === "Decimal") return { kind: "scalar", value: Number(token.image) };
    return { kind: "scalar", value: type === "Null" ? null : type === "True" };
  }

  private jsonPair(node: Cst): { key: ast.NameNode; value: ast.JsonNode } | undefined {
    const value = node.first("jsonValue");
    const built = value && this.json(value);
    const word = node.name("AnyWord");
    if (!built) return undefined;
    if (word) return { key: word, value: built };
    const text = node.token("Text");
    if (!text) return undefined;
    const span = node.spanOf(text);
    return { key: { text: unquote(text.image, span, this.report), span }, value: built };
  }

  private policyClause(node: Cst): ast.PolicyClauseNode | undefined {
    const span = node.span;
    const mode = node.first("modeName");
    if (mode) return { kind: "mode", mode: mode.token("Shadow") ? "shadow" : "enforce", span };
    const priority = node.token("Int");
    if (priority) return { kind: "priority", value: this.int(node, priority).value, span };
    const text = node.token("Text");
    if (text) {
      const kind = node.token("Owner") ? "owner" : "reason";
      return { kind, text: unquote(text.image, node.spanOf(text), this.report), span };
    }
    const block = node.first("block");
    if (block)
      return { kind: node.token("When") ? "when" : "unless", conditions: this.conditions(block), span };
    const then = node.first("effects");
    return (
      then && { kind: "then", effects: this.each(then.nodes("effect"), (part) => this.effect(part)), span }
    );
  }

  private effect(node: Cst): ast.EffectNode | undefined {
    const span = node.span;
    const exempted = node.first("exempted");
    if (exempted) return { kind: "allow", from: exempted.token("All") ? "all" : this.names(exempted), span };
    const status = node.token("Int");
    if (node.token("Block")) {
      return { kind: "block", status: status && this.int(node, status).value, span };
    }
    const name = node.name("Name");
    if (!name) return undefined;
    return node.token("Deceive")
      ? { kind: "deceive", response: name, span }
      : { kind: "label", label: name, span };
  }

  private conditions(block: Cst): ast.ConditionNode[] {
    return this.each(block.nodes("condition"), (part) => this.condition(part));
  }

  private condition(node: Cst): ast.ConditionNode | undefined {
    const block = node.first("block");
    if (block) {
      const kind = node.token("All") ? "all" : node.token("Any") ? "any" : "none";
      return { kind, conditions: this.conditions(block), span: node.span };
    }
    const comparison = node.first("comparison");
    const subjectNode = comparison?.first("subject");
    const subject = subjectNode && this.subject(subjectNode);
    if (!comparison || !subject) return undefined;
    const operatorNode = comparison.first("operator");
    const operator = operatorNode && this.operator(operatorNode);
    // An operator without its value was reported; asking for the bare name instead would be another question.
    if (operatorNode && !operator) return undefined;
    return { kind: "comparison", subject, operator, span: comparison.span };
  }

  private operator(node: Cst): ast.OperatorNode | undefined {
    const span = node.span;
    if (node.token("Missing")) return { kind: "missing", sign: "missing", span };
    if (node.token("Present")) return { kind: "present", sign: "present", span };
    const pattern = node.token("Pattern");
    if (pattern) {
      const close = pattern.image.lastIndexOf("/");
      const body = pattern.image.slice(1, close).replaceAll("\\/", "/");
      const place = node.spanOf(pattern);
      return {
        kind: "matches",
        sign: "matches",
        pattern: body,
        flags: pattern.image.slice(close + 1),
        span: place,
      };
    }
    const many = node.token("In") ?? node.token("Starts");
    const valueNode = node.first("value");
    const value = valueNode && this.value(valueNode);
    if (many) {
      const kind = many.image === "in" ? "in" : "starts";
      const values = node.first("values");
      const operand = values ? this.each(values.nodes("value"), (part) => this.value(part)) : value;
      return operand && { kind, sign: kind, value: operand, span };
    }
    const key = keyIn(comparisonKinds, node);
    const sign = key && node.token(key)?.image;
    return key && sign && value ? { kind: comparisonKinds[key], sign, value, span } : undefined;
  }

  private value(node: Cst): ast.ValueNode | undefined {
    const found = node.anyToken();
    if (!found) return undefined;
    const { type, token } = found;
    const text = token.image;
    const span = node.spanOf(token);
    switch (type) {
      case "Text":
        return { kind: "text", text: unquote(text, span, this.report), span };
      case "Int":
        return { kind: "number", text, value: this.int(node, token).value, span };
      case "Decimal":
        return { kind: "number", text, value: Number(text), span };
      case "Percent":
        return { kind: "percent", text, value: Number.parseFloat(text), span };
      case "Duration":
        return { kind: "duration", text, span };
      case "Ipv4":
      case "Ipv6":
        return { kind: "address", text, span };
      default:
        return { kind: "word", text, span };
    }
  }

  private int(node: Cst, token: IToken): { value: number; span: Span } {
    const value = Number(token.image);
    const span = node.spanOf(token);
    if (Number.isSafeInteger(value)) return { value, span };
    this.report.add("P007", span, `the number ${quoted(token.image)} is too large`);
    return { value: 0, span };
  }
}
