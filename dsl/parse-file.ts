/** From text to a concrete syntax tree: limits first, then tokens, then the grammar; every mistake becomes a diagnostic. */
import {
  type CstNode,
  EOF,
  type IParserErrorMessageProvider,
  type IRecognitionException,
  type IToken,
  type Rule,
  type TokenType,
  tokenMatcher,
} from "chevrotain";
import { declarationWords, findDeclarationWord } from "./declaration-words.ts";
import { maxNesting, PolicyParser } from "./grammar.ts";
import type { Report } from "./report.ts";
import { quoted, type SourceFile, type Span } from "./source-file.ts";
import { didYouMean } from "./suggest.ts";
import * as t from "./tokens.ts";

/** Largest file, in UTF-16 units, and most tokens and declarations in one. */
const maxFileSize = 1 << 20;
const maxTokens = 250_000;
const maxDeclarations = 12_000;

// What was expected travels as text through chevrotain's messages, since its exceptions do not carry it.
const separator = "\u0000";
const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => counted(labelOf(expected)),
  buildNotAllInputParsedMessage: () => counted("a declaration"),
  buildNoViableAltMessage: ({ expectedPathsPerAlt }) => counted(labelsOf(expectedPathsPerAlt.flat())),
  buildEarlyExitMessage: ({ expectedIterationPaths }) => counted(labelsOf(expectedIterationPaths)),
};

/** Mistakes after which a file is not read on: recovering from each one takes its time. */
const mostMistakes = 300;

let mistakes = 0;

/** Ends the parsing of a file. */
class TooManyMistakes extends Error {}

function counted(message: string): string {
  mistakes++;
  if (mistakes > mostMistakes) throw new TooManyMistakes();
  return message;
}

// One parser for all files: building it analyses the grammar, which takes tens of ms.
let sharedParser: PolicyParser | undefined;

/** The grammar's productions by name, for whoever must know what may stand where. */
export function grammarRules(): Record<string, Rule> {
  sharedParser ??= new PolicyParser(expectations);
  return sharedParser.getGAstProductions();
}

/** A parsed file. */
export interface ParsedFile {
  readonly tree: CstNode;
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
  /** How many declarations the text opens, whether or not they could be read. */
  readonly opened: number;
}

/** Parses one file; undefined when it is refused outright. Reports what is wrong. */
export function parseFile(file: SourceFile, report: Report): ParsedFile | undefined {
  if (file.text.length > maxFileSize) {
    const message = `the file has ${file.text.length} characters; the limit is ${maxFileSize}`;
    report.add("P010", { file: file.name, start: 0, end: 0 }, message, {
      help: "split it into several files",
    });
    return undefined;
  }
  const lexed = t.policyLexer.tokenize(file.text);
  const tokens = knownTokens(lexed.tokens, file, report);
  if (tokens.length > maxTokens) {
    const message = `the file has ${tokens.length} words and signs; the limit is ${maxTokens}`;
    report.add("P010", { file: file.name, start: 0, end: 0 }, message, { help: "put long lists into files" });
    return undefined;
  }
  const opened = checkTokens(tokens, file, report);
  if (opened === undefined) return undefined;
  sharedParser ??= new PolicyParser(expectations);
  sharedParser.input = tokens;
  mistakes = 0;
  try {
    return { tree: sharedParser.file(), tokens, comments: lexed.groups["comments"] ?? [], opened };
  } catch (error) {
    if (error instanceof TooManyMistakes) return undefined;
    throw error;
  } finally {
    for (const error of sharedParser.errors) reportSyntax(error, file, report);
    sharedParser.input = [];
  }
}

/** Takes unknown characters out, reporting each run of them once. */
function knownTokens(tokens: readonly IToken[], file: SourceFile, report: Report): IToken[] {
  let lastEnd = -1;
  return tokens.filter((token) => {
    if (token.tokenType !== t.Unknown) return true;
    const span = spanOf(token, file);
    if (span.start !== lastEnd) {
      const help = characterHelp(token.image);
      report.add("P001", span, `unexpected ${quoted(token.image)}`, help === undefined ? {} : { help });
    }
    lastEnd = span.end;
    return false;
  });
}

function characterHelp(text: string): string | undefined {
  if (text.startsWith("'") || text.startsWith("“")) return 'texts stand in double quotes: "…"';
  if (text.startsWith("&")) return "conditions in a block must all hold; use `any { … }` for alternatives";
  if (text.startsWith(";")) return "clauses are not separated by a sign; leave it out";
  if (text.startsWith("!")) return "use `none { … }` to negate";
  return undefined;
}

/** Reports open texts and too deep nesting; counts declarations, undefined when the file must not be parsed. */
function checkTokens(tokens: readonly IToken[], file: SourceFile, report: Report): number | undefined {
  let depth = 0;
  let opened = 0;
  for (const token of tokens) {
    const type = token.tokenType;
    if (type === t.OpenText) {
      report.add("P002", spanOf(token, file), "this text has no closing quote on its line");
    } else if (type === t.OpenBrace || type === t.OpenBracket) depth++;
    else if ((type === t.CloseBrace || type === t.CloseBracket) && depth > 0) depth--;
    else if (depth === 0 && findDeclarationWord(token.image) !== undefined) opened++;
    if (depth > maxNesting) {
      report.add("P011", spanOf(token, file), `nested deeper than ${maxNesting} levels`);
      return undefined;
    }
  }
  if (opened <= maxDeclarations) return opened;
  const message = `the file has ${opened} declarations; the limit is ${maxDeclarations}`;
  report.add("L005", { file: file.name, start: 0, end: 0 }, message, { help: "split it into several files" });
  return undefined;
}

function spanOf(token: IToken, file: SourceFile): Span {
  // The end-of-file token has no offset: point behind the last character that is not blank.
  if (token.tokenType === EOF || Number.isNaN(token.startOffset)) {
    const end = file.text.trimEnd().length;
    return { file: file.name, start: Math.max(0, end - 1), end };
  }
  return { file: file.name, start: token.startOffset, end: (token.endOffset ?? token.startOffset) + 1 };
}

/** The clauses of each block; a word that stands where one is expected is an unknown clause. */
const clauseWords: Readonly<Record<string, readonly string[]>> = {
  app: [
    "tags",
    "hosts",
    "origin",
    "lock",
    "health",
    "waits",
    "route",
    "identify",
    "outcome",
    "unidentified",
    "fail",
    "front",
    "case",
    "ambiguous",
  ],
  policy: [
    "mode",
    "priority",
    "owner",
    "reason",
    "rollout",
    "expires",
    "adapt",
    "when",
    "unless",
    "then",
    "cap",
    "guard",
  ],
  responseBody: ["status", "header", "json", "body", "html", "latency"],
  fingerprint: ["match"],
  sequence: ["then", "without"],
  guard: ["holdout", "over", "at least", "else"],
  test: ["let", "case"],
  case: ["send", "expect", "explain", "after", "at", "rollout", "usual"],
  effects: ["allow", "block", "deceive", "ratelimit", "mark", "tarpit", "label", "hold", "webhook", "alert"],
};

function reportSyntax(error: IRecognitionException, file: SourceFile, report: Report): void {
  const { token } = error;
  // Reported as an open text already.
  if (token.tokenType === t.OpenText) return;
  const span = spanOf(token, file);
  const rule = error.context.ruleStack.at(-1) ?? "file";
  const isWord = tokenMatcher(token, t.AnyWord);
  const isFileLevel = rule === "file" || error.name === "NotAllInputParsedException";
  if (isFileLevel) return reportDeclaration(token, span, report);
  if (token.tokenType === EOF) {
    report.add("P004", span, `the file ends inside \`${blockName(error)}\`; expected ${expected(error)}`);
    return;
  }
  const clauses = clauseWords[rule];
  const wantsClause = error.message.includes(labelOf(t.CloseBrace)) || rule === "fingerprint";
  if (clauses && isWord && wantsClause && findDeclarationWord(token.image) === undefined) {
    const help = () => didYouMean(token.image, clauses) ?? `here stand ${listed(clauses)}`;
    report.add("P014", span, `unknown ${rule === "effects" ? "effect" : "clause"} ${quoted(token.image)}`, {
      help,
    });
    return;
  }
  if (isWord && error.message === labelOf(t.Name) && t.reservedWords.includes(token.tokenType)) {
    const help = "choose another name; this word has a meaning of its own";
    report.add("P009", span, `${quoted(token.image)} is a word of the language and cannot be a name`, {
      help,
    });
    return;
  }
  const startsClause = rule === "block" && clauseWords["policy"]?.includes(token.image);
  const isOpen = wantsClause && (startsClause === true || findDeclarationWord(token.image) !== undefined);
  if (isOpen) {
    report.add(
      "P004",
      span,
      `${quoted(token.image)} starts here, but \`${blockName(error)}\` has no closing brace`,
    );
    return;
  }
  report.add("P003", span, `expected ${expected(error)}, found ${quoted(token.image)}`, wordHelp(error));
}

function reportDeclaration(token: IToken, span: Span, report: Report): void {
  if (token.tokenType === t.CloseBrace) {
    report.add("P003", span, "this closing brace has no opening one");
    return;
  }
  const help = () => didYouMean(token.image, declarationWords) ?? `a file holds ${listed(declarationWords)}`;
  report.add("P005", span, `unknown declaration ${quoted(token.image)}`, { help });
}

function wordHelp(error: IRecognitionException): { help?: () => string | undefined } {
  if (error.token.tokenType === t.OpenParenthesis) {
    return { help: () => "conditions have no parentheses; use `all { … }`, `any { … }` and `none { … }`" };
  }
  const labels = error.message.split(separator).map((label) => label.replaceAll("`", ""));
  return { help: () => didYouMean(error.token.image, labels) };
}

const shortestList = 6;

function expected(error: IRecognitionException): string {
  const labels = [...new Set(error.message.split(separator))];
  if (labels.includes(labelOf(t.Ipv4)) && labels.includes(labelOf(t.Text))) return "a value";
  if (labels.length > shortestList) return labels.includes(labelOf(t.Equal)) ? "a comparison" : "a clause";
  if (labels.length === 1) return labels[0] ?? "";
  return `${labels.slice(0, -1).join(", ")} or ${labels.at(-1)}`;
}

const blockNames: Readonly<Record<string, string>> = {
  jsonObject: "json",
  jsonArray: "json",
  block: "when",
  effects: "then",
  responseBody: "response",
  requestParts: "let",
};

function blockName(error: IRecognitionException): string {
  const stack = error.context.ruleStack;
  const owner = stack.findLast((rule) => rule in clauseWords || rule in blockNames) ?? stack.at(-1) ?? "file";
  return blockNames[owner] ?? owner;
}

const tokenLabels = new Map<TokenType, string>([
  [t.Name, "a name"],
  [t.AnyWord, "a name"],
  [t.Text, "a text in quotes"],
  [t.Int, "a number"],
  [t.Decimal, "a number"],
  [t.Percent, "a percentage"],
  [t.Duration, "a duration such as `10m`"],
  [t.Ipv4, "an address"],
  [t.Ipv6, "an address"],
  [t.Factor, "a multiple such as `3x`"],
  [t.DateTime, "a date such as `2027-01-31`"],
  [t.Path, "a path such as `/login`"],
  [t.Pattern, "a pattern such as `/^bot/`"],
  [t.Url, "a URL such as `http://127.0.0.1:3000`"],
  [t.WildcardHost, "a wildcard host"],
]);

function labelOf(type: TokenType): string {
  return tokenLabels.get(type) ?? (typeof type.PATTERN === "string" ? `\`${type.PATTERN}\`` : type.name);
}

function labelsOf(paths: readonly (readonly TokenType[])[]): string {
  return paths.map((path) => (path[0] ? labelOf(path[0]) : "")).join(separator);
}

function listed(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}
