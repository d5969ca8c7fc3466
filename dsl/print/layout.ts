/** From the concrete tree to a document: every token and comment once, in its order; only the space between changes. */
import type { CstNode, IToken } from "chevrotain";
import { cell, type Doc, fill, group, indent, soft } from "./doc.ts";
import { type BlockStyle, Gaps, type Item, isA, type Part, partsOf } from "./gaps.ts";
import type { SourceTokens } from "./source-tokens.ts";

const always: BlockStyle = { between: "  ", inside: " ", isAlwaysBroken: true };
const clauses: BlockStyle = { between: "  ", inside: " " };
const sentence: BlockStyle = { between: " ", inside: " " };
const array: BlockStyle = { between: " ", inside: "" };

const isSetting = ([clause]: Item) => !nestsBlock(clause);
// Settings such as mode and priority may share a line.
const settings: BlockStyle = {
  ...always,
  isFilled: (item, previous) => isSetting(item) && isSetting(previous),
};

/** The rules whose braces hold items, and how these are set. */
const blocks: Readonly<Record<string, BlockStyle>> = {
  app: always,
  fingerprint: always,
  sequence: always,
  cohort: always,
  test: always,
  policy: settings,
  responseBody: always,
  front: clauses,
  case: clauses,
  block: clauses,
  effects: clauses,
  cap: clauses,
  guard: sentence,
  jsonObject: sentence,
  requestParts: sentence,
  jsonArray: array,
  values: { ...array, isFilled: () => true },
};

/** Declarations of one family below each other share their columns. */
const families: Readonly<Record<string, string>> = {
  list: "list",
  measure: "measure",
  remember: "measure",
  webhook: "message",
  channel: "message",
  smtp: "message",
};

/** Rules and tokens before which a long sentence may be broken. */
const breakable = [
  "At",
  "By",
  "Over",
  "For",
  "Within",
  "Pipe",
  "junction",
  "listOption",
  "smtpOption",
  "originOption",
];

/** The document of a parsed file. */
export function layOut(file: CstNode, tokens: SourceTokens): Doc {
  return new Layout(tokens).file(file);
}

class Layout {
  private readonly gaps: Gaps;
  private scopes = 0;
  /** The names of the columns at hand: of the app, the block or the run of declarations. */
  private scope = 0;

  constructor(tokens: SourceTokens) {
    this.gaps = new Gaps(tokens);
  }

  file(node: CstNode): Doc {
    const docs: Doc[] = [];
    let previous: CstNode | undefined;
    for (const part of partsOf(node)) {
      const declaration = "image" in part ? undefined : nodesOf(part)[0];
      if (!declaration) continue;
      const isRun =
        previous && families[previous.name] === families[declaration.name] && !this.gaps.isApart(part);
      if (!isRun || !(declaration.name in families)) this.newScope();
      const wantsBlank = previous !== undefined && (hasBody(previous) || hasBody(declaration));
      docs.push(
        previous ? this.gaps.line(part, wantsBlank) : this.gaps.before(part, ""),
        this.print(declaration),
      );
      previous = declaration;
    }
    return [...docs, this.gaps.end()];
  }

  private newScope(): void {
    this.scope = ++this.scopes;
  }

  private print(part: Part): Doc {
    if ("image" in part) return this.gaps.token(part);
    switch (part.name) {
      case "list":
        return this.cells(part, [3, "Equal", "From"]);
      case "measure":
      case "remember":
        return this.cells(part, ["Equal"]);
      case "webhook":
      case "channel":
      case "smtp":
        return this.cells(part, [2]);
      case "tags":
      case "hosts":
      case "origin":
      case "front":
        return this.cells(part, [1]);
      case "route":
        return this.cells(part, [1, "method", "Path", "Tagged"]);
      case "identify":
        return this.cells(part, [1, "Equal"]);
      case "frontFact":
        return this.cells(part, ["Header"]);
      case "outcome":
        return this.outcome(part);
      case "send":
        return this.send(part);
      case "appClause":
        return this.print(partsOf(part)[0] ?? part);
      default:
        return this.cells(part, upstreamClauses.has(part.name) ? [1] : []);
    }
  }

  /** Parts one after the other; braces hold a block. */
  private sentence(parts: readonly Part[], rule: string, columns: readonly (string | number)[] = []): Doc {
    const docs: Doc[] = [];
    let column = 0;
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at];
      if (!part) continue;
      const isColumn = columns.some((name) => name === at || (typeof name === "string" && isA(part, name)));
      if (isColumn) docs.push(indent(this.column(part, rule, column++)));
      else if (at > 0) docs.push(indent(this.gap(part, parts[at - 1])));
      const style = isA(part, "OpenBrace", "OpenBracket") ? blocks[rule] : undefined;
      if (style && "image" in part) {
        const close = parts.findLastIndex((candidate) => isA(candidate, "CloseBrace", "CloseBracket"));
        docs.push(this.block(part, parts.slice(at + 1, close), parts[close] as IToken, style, rule));
        at = close;
      } else docs.push(this.print(part));
    }
    return docs;
  }

  private column(part: Part, rule: string, index: number): Doc {
    // The clauses of an app share the column after their first word.
    const isShared = index === 0 && appClauses.has(rule);
    const name = isShared ? "app" : (families[rule] ?? rule);
    return this.gaps.before(part, cell(`${this.scope} ${name} ${index}`));
  }

  private cells(node: CstNode, columns: readonly (string | number)[]): Doc {
    return this.sentence(partsOf(node), node.name, columns);
  }

  private gap(part: Part, previous: Part | undefined): Doc {
    if (this.gaps.isGlued(part)) return this.gaps.before(part, "");
    const mayBreak = isA(previous, "Comma") || isA(part, ...breakable);
    return this.gaps.before(part, mayBreak ? fill(" ") : " ");
  }

  private block(open: IToken, parts: readonly Part[], close: IToken, style: BlockStyle, rule: string): Doc {
    const outer = this.scope;
    if (rule === "app" || rule === "front") this.newScope();
    const doc = this.gaps.block(open, itemsOf(parts), close, style, (item) => this.sentence(item, ""));
    this.scope = outer;
    return doc;
  }

  /** `outcome` with a case a line, or its only one behind it. */
  private outcome(node: CstNode): Doc {
    const parts = partsOf(node);
    const cases = parts.filter((part) => isA(part, "outcomeCase"));
    const head = parts.filter((part) => !isA(part, "outcomeCase"));
    const title = this.sentence(head, "outcome", [1]);
    const [only, ...more] = cases;
    if (only && more.length === 0) return [title, indent(this.gap(only, undefined)), this.print(only)];
    const outer = this.scope;
    this.newScope();
    const lines = cases.map((part) => [this.gaps.line(part), this.cells(part as CstNode, [1])]);
    this.scope = outer;
    return [title, indent(lines)];
  }

  /** `send` with all its options on one line, or each on its own. */
  private send(node: CstNode): Doc {
    const parts = partsOf(node);
    const options = parts.filter((part) => isA(part, "sendOption"));
    const head = this.sentence(
      parts.filter((part) => !isA(part, "sendOption")),
      "send",
    );
    const docs = options.map((part) => [this.gaps.before(part, soft(" ")), this.print(part)]);
    return group([head, indent(docs)]);
  }
}

const upstreamClauses = new Set(["lock", "health", "waits"]);
const appClauses = new Set([
  "tags",
  "hosts",
  "origin",
  "lock",
  "health",
  "waits",
  "route",
  "identify",
  "outcome",
  "front",
]);

/** Items with their commas; what is in no list by itself (`match at 60`) is one item. */
function itemsOf(parts: readonly Part[]): Item[] {
  const items: [Part, ...Part[]][] = [];
  for (const part of parts) {
    const last = items.at(-1);
    if (last && (isA(part, "Comma") || ("image" in part && "image" in last[0]))) last.push(part);
    else items.push([part]);
  }
  return items;
}

function nodesOf(node: CstNode): CstNode[] {
  return partsOf(node).filter((part) => !("image" in part)) as CstNode[];
}

function hasBody(declaration: CstNode): boolean {
  return partsOf(declaration).some((part) => isA(part, "OpenBrace", "responseBody"));
}

function nestsBlock(clause: Part): boolean {
  return !("image" in clause) && nodesOf(clause).some((node) => node.name in blocks);
}
