/** The parts that every declaration is built from: names, literals, questions, conditions, targets, keys. */
import type { IToken } from "chevrotain";
import type * as ast from "../ast.ts";
import type { Cst } from "../cst.ts";
import type { Report } from "../report.ts";
import { quoted, type Span } from "../source-file.ts";
import { unquote } from "../unquote.ts";

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

const bareQuestions = {
  Missing: "missing",
  Present: "present",
  Known: "known",
  New: "new",
  Held: "held",
  Saturated: "saturated",
} as const;

/** Which of a table's tokens a node holds, as the table's value. */
export function choiceOf<T extends Readonly<Record<string, unknown>>>(
  table: T,
  node: Cst | undefined,
): T[keyof T] | undefined {
  if (!node) return undefined;
  for (const key in table) if (node.token(key) !== undefined) return table[key];
  return undefined;
}

/** Builds parts; one that recovery left incomplete is undefined, its mistake is reported already. */
export class PartBuilder {
  protected readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  // Parts that could not be built are left out.
  protected each<T>(nodes: readonly Cst[], build: (node: Cst) => T | undefined): T[] {
    const built: T[] = [];
    for (const node of nodes) {
      const part = build(node);
      if (part !== undefined) built.push(part);
    }
    return built;
  }

  protected names(node: Cst): ast.NameNode[] {
    return node.nodes("names").flatMap((names) => names.names("Name"));
  }

  /** A node of one token: a text's meaning, or the token as written. */
  protected textOrImage(node: Cst): ast.NameNode | undefined {
    const found = node.anyToken();
    if (!found) return undefined;
    return found.type === "Text" ? this.textOf(node, found.token) : node.nameOf(found.token);
  }

  protected text(node: Cst): ast.NameNode | undefined {
    const token = node.token("Text");
    return token && this.textOf(node, token);
  }

  protected textOf(node: Cst, token: IToken): ast.NameNode {
    const span = node.spanOf(token);
    return { text: unquote(token.image, span, this.report), span };
  }

  protected secret(node: Cst | undefined): ast.SecretNode | undefined {
    if (!node) return undefined;
    const file = this.text(node);
    if (file) return { from: "file", name: file, span: node.span };
    const name = node.name("Name");
    return name && { from: "env", name, span: node.span };
  }

  protected number(node: Cst): ast.NumberNode | undefined {
    const token = node.token("Int");
    return token && this.int(node, token);
  }

  protected int(node: Cst, token: IToken): ast.NumberNode {
    const value = Number(token.image);
    const span = node.spanOf(token);
    if (Number.isSafeInteger(value)) return { value, span };
    this.report.add("P007", span, `the number ${quoted(token.image)} is too large`);
    return { value: 0, span };
  }

  protected percent(node: Cst): ast.ValueNode | undefined {
    const token = node.token("Percent");
    if (!token) return undefined;
    return {
      kind: "percent",
      text: token.image,
      value: Number.parseFloat(token.image),
      span: node.spanOf(token),
    };
  }

  protected target(node: Cst | undefined): ast.TargetNode | undefined {
    const name = node?.name("Name");
    return node && name && { isTagged: node.token("Tagged") !== undefined, name, span: node.span };
  }

  protected support(node: Cst): ast.NumberNode | undefined {
    const support = node.first("support");
    return support && this.number(support);
  }

  protected key(node: Cst | undefined): ast.SubjectNode[] {
    return node ? this.each(node.nodes("subject"), (part) => this.subject(part)) : [];
  }

  protected subject(node: Cst | undefined): ast.SubjectNode | undefined {
    const plain = node?.name("Name") ?? node?.name("App");
    if (!node || plain) return plain;
    const prefix = node.token("Header") ?? node.token("Cookie");
    const word = node.name("AnyWord");
    if (!prefix || !word) return undefined;
    // Header names are compared in lower case; RFC 9110 §5.1: they are case-insensitive.
    const parameter = prefix.image === "header" ? word.text.toLowerCase() : word.text;
    return { text: `${prefix.image}.${parameter}`, span: node.span };
  }

  protected conditions(block: Cst): ast.ConditionNode[] {
    return this.each(block.nodes("condition"), (part) => this.condition(part));
  }

  protected condition(node: Cst): ast.ConditionNode | undefined {
    const block = node.first("block");
    if (block) {
      const kind = node.token("All") ? "all" : node.token("Any") ? "any" : "none";
      return { kind, conditions: this.conditions(block), span: node.span };
    }
    const label = node.token("Labelled") && node.name("Name");
    if (label) {
      const subject = { text: `label.${label.text}`, span: node.span };
      return { kind: "comparison", subject, operator: undefined, span: node.span };
    }
    const comparison = node.first("comparison");
    return comparison && this.comparison(comparison);
  }

  protected comparison(node: Cst): ast.ComparisonNode | undefined {
    const subject = this.subject(node.first("subject"));
    if (!subject) return undefined;
    const operatorNode = node.first("operator");
    const operator = operatorNode && this.operator(operatorNode);
    // An operator without its value was reported; asking for the bare name instead would be another question.
    if (operatorNode && !operator) return undefined;
    return { kind: "comparison", subject, operator, span: node.span };
  }

  protected operator(node: Cst): ast.OperatorNode | undefined {
    const span = node.span;
    const bare = choiceOf(bareQuestions, node);
    if (bare) return { kind: bare, sign: bare, span };
    const pattern = node.token("Pattern");
    if (pattern) return patternOf(pattern, node.spanOf(pattern));
    if (node.token("Differs")) {
      const from = this.subject(node.first("subject"));
      return from && { kind: "differs", sign: "differs", from, span };
    }
    const many = node.token("In") ?? node.token("Starts");
    if (many) {
      const kind = many.image === "in" ? "in" : "starts";
      const operand = this.valueOrValues(node);
      return operand && { kind, sign: kind, value: operand, span };
    }
    const kind = choiceOf(comparisonKinds, node);
    const operand = node.first("operand");
    const value = operand && this.operand(operand);
    const sign = node.anyToken()?.token.image;
    return kind && sign && value ? { kind, sign, value, span } : undefined;
  }

  private operand(node: Cst): ast.ValueNode | undefined {
    const factor = node.token("Factor");
    if (factor) {
      const value = Number.parseFloat(factor.image);
      return { kind: "usual", text: `${factor.image} usual`, factor: value, span: node.span };
    }
    return this.value(node.first("value"));
  }

  protected valueOrValues(node: Cst): ast.ValueNode | ast.ValueNode[] | undefined {
    return this.values(node) ?? this.value(node.first("value"));
  }

  protected values(node: Cst): ast.ValueNode[] | undefined {
    const values = node.first("values");
    return values && this.each(values.nodes("value"), (part) => this.value(part));
  }

  protected value(node: Cst | undefined): ast.ValueNode | undefined {
    const found = node?.anyToken();
    if (!node || !found) return undefined;
    const { type, token } = found;
    const text = token.image;
    const span = node.spanOf(token);
    switch (type) {
      case "Text":
        return { kind: "text", ...this.textOf(node, token) };
      case "Int":
        return { kind: "number", text, ...this.int(node, token) };
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
}

function patternOf(token: IToken, span: Span): ast.OperatorNode {
  const close = token.image.lastIndexOf("/");
  const pattern = token.image.slice(1, close).replaceAll("\\/", "/");
  return { kind: "matches", sign: "matches", pattern, flags: token.image.slice(close + 1), span };
}
