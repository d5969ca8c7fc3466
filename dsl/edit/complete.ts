/** What may be written at a place: keywords by the grammar, names by their kind, values by the field's type. */
import type { IToken } from "chevrotain";
import type { Question } from "../type-questions.ts";
import type { Completion } from "./completion.ts";
import { namesFor } from "./completion-names.ts";
import { type FileOutline, tokenIndexAt } from "./file-outline.ts";
import { keywordDoc } from "./keyword-docs.ts";
import { type NameType, nameType } from "./name-types.ts";
import { type PolicySources, SourceIndex, type SourcePosition } from "./policy-sources.ts";
import { roleOf } from "./roles.ts";
import { type Expected, expectedAt, startOfFile } from "./syntax-walk.ts";

/** Proposals for the stretch between `start` and `end`, the best first. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly items: readonly Completion[];
}

const questionOf: Readonly<Record<string, Question>> = {
  Equal: "eq",
  NotEqual: "ne",
  Below: "lt",
  AtMost: "le",
  Above: "gt",
  AtLeast: "ge",
  Contains: "contains",
  Ends: "ends",
  In: "in",
  Starts: "starts",
  Matches: "matches",
  Differs: "differs",
  Missing: "missing",
  Present: "present",
  Known: "known",
  New: "new",
  Held: "held",
  Saturated: "saturated",
};

/** What may be written at a place; nothing inside comments, texts, paths and patterns. */
export function complete(sources: PolicySources, { file, offset }: SourcePosition): Completions {
  const index = new SourceIndex(sources);
  const outline = index.outline(file);
  const none = { start: offset, end: offset, items: [] };
  if (!outline || isInsideLiteral(outline, offset)) return none;
  const prefix =
    /[A-Za-z_][\w.-]*$/.exec(outline.file.text.slice(Math.max(0, offset - 128), offset))?.[0] ?? "";
  const start = offset - prefix.length;
  const at = tokenIndexAt(outline.tokens, start + 1);
  const before = outline.tokens.slice(Math.max(0, at - lookedBack), at);
  const expected = expectedAt(outline.places[at]);
  // At the start of a line one may well begin something new while a brace is still missing above.
  const isLineStart = start === 0 || outline.file.text[start - 1] === "\n";
  if (isLineStart && at > 0) expected.push(...expectedAt(startOfFile()));
  const declaration = outline.owners[at - 1];
  const items = new Map<string, Completion>();
  const add = (item: Completion) => {
    if (!items.has(item.label)) items.set(item.label, item);
  };
  const asked = askedName(expected, before, index);
  for (const one of expected) {
    if (asked && !fits(one, asked)) continue;
    if (one.type.name !== "Name" && one.type.name !== "AnyWord") {
      addKeyword(one, add);
      continue;
    }
    const role = roleOf(one.scope, before.at(-1)?.tokenType.name);
    for (const item of namesFor({ role, scope: one.scope, before, index, declaration, prefix })) add(item);
  }
  return { start, end: offset, items: [...items.values()] };
}

/** How many tokens before the place may matter: values in brackets look for the field that they belong to. */
const lookedBack = 500;

function isInsideLiteral({ tokens, comments, file }: FileOutline, offset: number): boolean {
  const comment = comments[tokenIndexAt(comments, offset)];
  if (comment && comment.startOffset < offset) return true;
  const token = tokens[tokenIndexAt(tokens, offset)];
  if (!token || token.startOffset >= offset) return false;
  const { name } = token.tokenType;
  const isClosed = name === "Text" && token.startOffset + token.image.length === offset;
  if (isClosed) return false;
  const isText =
    name === "Text" || name === "OpenText" || name === "Path" || name === "Pattern" || name === "Url";
  return isText && !/\s/.test(file.text[offset - 1] ?? "") ? true : name === "Text" || name === "OpenText";
}

/** The name that a question may follow, when one just ended. */
function askedName(
  expected: readonly Expected[],
  before: readonly IToken[],
  index: SourceIndex,
): NameType | undefined {
  if (!expected.some(({ scope }) => scope.rule === "operator")) return undefined;
  const last = before.at(-1);
  const type = before.at(-2)?.tokenType.name;
  if (type === "Header" || type === "Cookie") return nameType(index, `${type.toLowerCase()}.${last?.image}`);
  return last && nameType(index, last.image);
}

/** A name that is no question by itself must be followed by one, and only by one that its type answers. */
function fits({ type, scope }: Expected, asked: NameType): boolean {
  const question = questionOf[type.name];
  if (scope.rule === "operator" && question) return asked.questions.includes(question);
  return asked.isQuestion;
}

function addKeyword({ type, scope }: Expected, add: (item: Completion) => void): void {
  const text = type.PATTERN;
  if (typeof text !== "string") return;
  if (/^[a-z]/.test(text)) {
    const doc = keywordDoc(text, scope.rule);
    add({ label: text, kind: "keyword", ...(doc === undefined ? {} : { doc }) });
  } else if (scope.rule === "operator") add({ label: text, kind: "operator" });
}
