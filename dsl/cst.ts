/** Reading chevrotain's concrete tree: parts by name, in the order of the text, recovered gaps skipped. */
import type { CstElement, CstNode, IToken } from "chevrotain";
import type { NameNode } from "./ast.ts";
import type { Span } from "./source-file.ts";

function isRealToken(child: CstElement): child is IToken {
  return "image" in child && !Number.isNaN(child.startOffset) && child.isInsertedInRecovery !== true;
}

/** A concrete node with the file that it came from. */
export class Cst {
  readonly node: CstNode;
  readonly file: string;

  constructor(node: CstNode, file: string) {
    this.node = node;
    this.file = file;
  }

  /** The sub-nodes made by a rule. */
  nodes(rule: string): Cst[] {
    const found: Cst[] = [];
    for (const child of this.node.children[rule] ?? []) {
      if ("children" in child) found.push(new Cst(child, this.file));
    }
    return found;
  }

  /** The first sub-node made by a rule. */
  first(rule: string): Cst | undefined {
    const child = this.node.children[rule]?.[0];
    return child !== undefined && "children" in child ? new Cst(child, this.file) : undefined;
  }

  /** The tokens consumed as a type; those that recovery made up are left out. */
  tokens(type: string): IToken[] {
    const found: IToken[] = [];
    for (const child of this.node.children[type] ?? []) if (isRealToken(child)) found.push(child);
    return found;
  }

  /** The first token consumed as a type. */
  token(type: string): IToken | undefined {
    const children = this.node.children[type];
    const child = children?.[0];
    if (child === undefined || isRealToken(child)) return child;
    return this.tokens(type)[0];
  }

  /** The first token of any type, whichever the rule's choice took. */
  anyToken(): { type: string; token: IToken } | undefined {
    for (const type in this.node.children) {
      const token = this.token(type);
      if (token) return { type, token };
    }
    return undefined;
  }

  /** A token as a name. */
  name(type: string): NameNode | undefined {
    const token = this.token(type);
    return token && this.nameOf(token);
  }

  /** All tokens of a type as names. */
  names(type: string): NameNode[] {
    return this.tokens(type).map((token) => this.nameOf(token));
  }

  /** A token as a name. */
  nameOf(token: IToken): NameNode {
    return { text: token.image, span: this.spanOf(token) };
  }

  /** A token's place. */
  spanOf(token: IToken): Span {
    return { file: this.file, start: token.startOffset, end: (token.endOffset ?? token.startOffset) + 1 };
  }

  /** The whole node's place. */
  get span(): Span {
    const location = this.node.location;
    const start = location?.startOffset ?? 0;
    const end = (location?.endOffset ?? start) + 1;
    return { file: this.file, start: Number.isNaN(start) ? 0 : start, end: Number.isNaN(end) ? 0 : end };
  }
}
