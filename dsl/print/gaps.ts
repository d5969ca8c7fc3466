/** The gaps between the parts of a concrete tree, with the comments that stand in them. */
import type { CstElement, CstNode, IToken } from "chevrotain";
import { type Doc, fill, group, hard, indent, soft } from "./doc.ts";
import type { SourceToken, SourceTokens } from "./source-tokens.ts";

/** A node or a token of the concrete tree. */
export type Part = CstNode | IToken;

/** The parts of a node in the order of the text. */
export function partsOf(node: CstNode): Part[] {
  const parts: CstElement[] = [];
  for (const children of Object.values(node.children)) {
    for (const child of children) if (!Number.isNaN(startOf(child))) parts.push(child);
  }
  return parts.sort((left, right) => startOf(left) - startOf(right));
}

/** True for a token of one of these types, or a node of one of these rules. */
export function isA(part: Part | undefined, ...names: string[]): boolean {
  if (!part) return false;
  return names.includes("image" in part ? part.tokenType.name : part.name);
}

/** Where a part begins in the text. */
function startOf(part: Part): number {
  return "image" in part ? part.startOffset : (part.location?.startOffset ?? Number.NaN);
}

const gluedBefore = new Set(["Comma", "Colon", "CloseParenthesis", "CloseBracket", "To"]);
const gluedAfter = new Set(["OpenParenthesis", "OpenBracket", "To", "Plus"]);

/** Parts that stay together: a value and its comma. */
export type Item = readonly [Part, ...Part[]];

/** How the items of a block are set. */
export interface BlockStyle {
  /** What stands between two items on one line. */
  readonly between: string;
  /** What stands inside the brackets on one line. */
  readonly inside: string;
  /** Never on one line. */
  readonly isAlwaysBroken?: boolean;
  /** In a broken block: as many items on a line as fit, where the author put them on one. */
  readonly isFilled?: (item: Item, previous: Item) => boolean;
}

/** The gaps between parts, with the comments in them. */
export class Gaps {
  private readonly tokens: SourceTokens;

  constructor(tokens: SourceTokens) {
    this.tokens = tokens;
  }

  /** A token with the comment behind it. */
  token(token: IToken): Doc {
    const { image, trailing } = this.tokens.at(token.startOffset);
    return trailing === undefined ? image : [image, { kind: "comment", text: trailing }];
  }

  /** The gap before a part, unless comments end the line there. */
  before(part: Part, gap: Doc): Doc {
    return this.withComments(this.tokens.at(startOf(part)), gap, false);
  }

  /** True when no space stands before a part: around brackets, before commas. */
  isGlued(part: Part): boolean {
    const { type, previous } = this.tokens.at(startOf(part));
    return gluedBefore.has(type) || gluedAfter.has(previous?.type ?? "");
  }

  /** A new line before a part, with a blank one if there was one, or if it is wanted. */
  line(part: Part, wantsBlank = false): Doc {
    const next = this.tokens.at(startOf(part));
    const hasBlank = wantsBlank || (next.comments[0] ?? next).hasBlankBefore;
    return this.withComments(next, hard(hasBlank), hasBlank);
  }

  /** True when a part stood at the start of a line. */
  startsLine(part: Part): boolean {
    return this.tokens.at(startOf(part)).startsLine;
  }

  /** True when a blank line or a comment stands before a part. */
  isApart(part: Part): boolean {
    const next = this.tokens.at(startOf(part));
    return next.hasBlankBefore || next.comments.length > 0;
  }

  /** The comments at the end of a file. */
  end(): Doc {
    const { end } = this.tokens;
    return end.comments.map((comment, index) => {
      const isFirst = index === 0 && end.previous === undefined;
      return isFirst ? comment.text : [hard(comment.hasBlankBefore), comment.text];
    });
  }

  /** Items in brackets: on one line if they were and fit, otherwise mostly one a line. */
  block(
    open: IToken,
    items: readonly Item[],
    close: IToken,
    style: BlockStyle,
    print: (item: Item) => Doc,
  ): Doc {
    const closing = this.tokens.at(close.startOffset);
    const isEmpty = items.length === 0 && closing.comments.length === 0;
    if (isEmpty && closing.previous?.trailing === undefined) return [this.token(open), this.token(close)];
    const isBroken =
      style.isAlwaysBroken === true ||
      closing.comments.length > 0 ||
      items.some(([part]) => this.startsLine(part));
    const docs: Doc[] = [];
    let previous: Item | undefined;
    for (const item of items) {
      docs.push(this.itemGap(item, previous, isBroken, style), print(item));
      previous = item;
    }
    for (const comment of closing.comments) {
      docs.push(hard(comment.hasBlankBefore && docs.length > 0), comment.text);
    }
    const end = closing.comments.length > 0 ? hard(false) : this.before(close, soft(style.inside));
    return group([this.token(open), indent(docs), end, this.token(close)], isBroken);
  }

  private itemGap(item: Item, previous: Item | undefined, isBroken: boolean, style: BlockStyle): Doc {
    const [part] = item;
    if (!previous) return this.before(part, soft(style.inside));
    const isFilled = style.isFilled?.(item, previous) === true && !this.startsLine(part);
    if (isFilled) return this.before(part, fill(style.between));
    return isBroken ? this.line(part) : this.before(part, soft(style.between));
  }

  private withComments(next: SourceToken, gap: Doc, hasBlank: boolean): Doc {
    const { comments, previous } = next;
    if (comments.length === 0) return previous?.trailing === undefined ? gap : ending(gap);
    const docs: Doc[] = [];
    for (const [index, comment] of comments.entries()) {
      const isFirst = index === 0;
      // The first comment of a file has no line before it.
      if (previous || !isFirst) docs.push(hard(isFirst ? hasBlank : comment.hasBlankBefore));
      docs.push(comment.text);
    }
    return [...docs, hard(next.hasBlankBefore)];
  }
}

/** A gap that ends the line whatever it was. */
function ending(gap: Doc): Doc {
  return typeof gap !== "string" && "kind" in gap && gap.kind === "hard" ? gap : hard(false);
}
