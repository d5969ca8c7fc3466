/** The grammar's productions in a form that the manual, the comments above the rules and the diagrams share. */
import { defaultParserErrorProvider, type ISerializedGast, type TokenType } from "chevrotain";
import { PolicyParser } from "../grammar.ts";
import { allTokens } from "../tokens.ts";

/** A part of a production. */
export type Production =
  | { readonly kind: "token"; readonly text: string; readonly isLiteral: boolean }
  | { readonly kind: "rule"; readonly name: string }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Production[] }
  | { readonly kind: "optional" | "repeated" | "some"; readonly part: Production };

/** A rule of the grammar by its name, which begins with a capital. */
export interface Rule {
  readonly name: string;
  readonly production: Production;
}

/** Every rule, in the order of the grammar; read from the parser itself. */
export function grammarRules(): Rule[] {
  const parser = new PolicyParser(defaultParserErrorProvider);
  return parser.getSerializedGastProductions().map((rule) => ({
    name: capital("name" in rule ? String(rule.name) : ""),
    production: sequenceOf(childrenOf(rule)),
  }));
}

/** The name of a token in productions: its text in quotes where it has only one. */
export function tokenText(type: TokenType): string {
  return typeof type.PATTERN === "string" ? `"${type.PATTERN}"` : type.name;
}

const tokenTexts = new Map(allTokens.map((type) => [type.name, tokenText(type)]));

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function childrenOf(node: ISerializedGast): ISerializedGast[] {
  return node.definition ?? [];
}

function productionOf(node: ISerializedGast): Production {
  const name = "name" in node ? String(node.name) : "";
  switch (node.type) {
    case "Terminal": {
      const text = tokenTexts.get(name) ?? name;
      return { kind: "token", text, isLiteral: text.startsWith('"') };
    }
    case "NonTerminal":
      return { kind: "rule", name: capital(name) };
    case "Option":
      return { kind: "optional", part: sequenceOf(childrenOf(node)) };
    case "Repetition":
      return { kind: "repeated", part: sequenceOf(childrenOf(node)) };
    case "RepetitionMandatory":
      return { kind: "some", part: sequenceOf(childrenOf(node)) };
    case "Alternation":
      return { kind: "choice", parts: childrenOf(node).map(productionOf) };
    case "Alternative":
      return sequenceOf(childrenOf(node));
    case "Rule":
    case "RepetitionWithSeparator":
    case "RepetitionMandatoryWithSeparator":
      throw new Error(`the grammar does without ${node.type}`);
  }
}

function sequenceOf(nodes: readonly ISerializedGast[]): Production {
  const [only, ...more] = nodes.map(productionOf);
  return only && more.length === 0 ? only : { kind: "sequence", parts: only ? [only, ...more] : [] };
}

/** A production as text: `"tags" Names`. */
export function productionText(production: Production): string {
  switch (production.kind) {
    case "token":
      return production.text;
    case "rule":
      return production.name;
    case "sequence":
      return production.parts.map((part) => textIn(part, part.kind === "choice")).join(" ");
    case "choice":
      return production.parts.map(productionText).join(" | ");
    case "optional":
      return `${repeatable(production.part)}?`;
    case "repeated":
      return `${repeatable(production.part)}*`;
    case "some":
      return `${repeatable(production.part)}+`;
  }
}

function textIn(production: Production, isWrapped: boolean): string {
  return isWrapped ? `(${productionText(production)})` : productionText(production);
}

function repeatable(production: Production): string {
  return textIn(production, production.kind !== "token" && production.kind !== "rule");
}
