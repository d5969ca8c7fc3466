/** One file as an editor sees it: its words with their roles, its declarations; of broken text as much as there is. */
import type { IToken } from "chevrotain";
import { type DeclarationWord, findDeclarationWord } from "../declaration-words.ts";
import type { SourceFile } from "../source-file.ts";
import * as t from "../tokens.ts";
import { type NamedKind, type Role, roleOf } from "./roles.ts";
import { type Advance, advanceOrRecover, type Place, type Scope, startOfFile } from "./syntax-walk.ts";

/** A name in the text with its role. */
export interface Mention {
  readonly role: Role;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly declaration: OutlineDeclaration | undefined;
  /** The type of the token before it. */
  readonly before: string | undefined;
  /** True before `held`: the name is a policy's. */
  readonly isHeld: boolean;
}

/** A declaration; `end` is behind its last token. */
export interface OutlineDeclaration {
  readonly file: SourceFile;
  readonly word: DeclarationWord;
  readonly start: number;
  end: number;
  name: { readonly text: string; readonly start: number; readonly end: number } | undefined;
  /** The first target's text, unless it is tagged: where its events belong. */
  target: string | undefined;
  /** The word after `=`: what a measure counts. */
  what: string | undefined;
  /** The list's type. */
  listType: string | undefined;
  readonly children: OutlineChild[];
}

/** A named part: a route of an app, a request or case of a test. */
export interface OutlineChild {
  readonly kind: "route" | "request" | "case";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A file's outline. */
export interface FileOutline {
  readonly file: SourceFile;
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
  /** Where in the grammar what comes before each token leaves off; one more for the end. */
  readonly places: readonly (Place | undefined)[];
  readonly scopes: readonly (Scope | undefined)[];
  readonly owners: readonly (OutlineDeclaration | undefined)[];
  readonly mentions: readonly Mention[];
  readonly declarations: readonly OutlineDeclaration[];
}

/** Largest file that is looked at, in UTF-16 units; the compiler refuses it too. */
const maxFileSize = 1 << 20;

const outlines = new WeakMap<SourceFile, FileOutline>();

/** The outline of a file; remembered for as long as the file object lives. */
export function outlineOf(file: SourceFile): FileOutline {
  let outline = outlines.get(file);
  if (!outline) {
    outline = new OutlineReader(file).read();
    outlines.set(file, outline);
  }
  return outline;
}

class OutlineReader {
  private readonly file: SourceFile;
  private readonly places: (Place | undefined)[] = [];
  private readonly scopes: (Scope | undefined)[] = [];
  private readonly owners: (OutlineDeclaration | undefined)[] = [];
  private readonly mentions: Mention[] = [];
  private readonly declarations: OutlineDeclaration[] = [];
  private owner: OutlineDeclaration | undefined;
  private before: string | undefined;

  constructor(file: SourceFile) {
    this.file = file;
  }

  read(): FileOutline {
    const isTooLarge = this.file.text.length > maxFileSize;
    const lexed = t.policyLexer.tokenize(isTooLarge ? "" : this.file.text);
    const { tokens } = lexed;
    let place: Place | undefined = startOfFile();
    for (const [index, token] of tokens.entries()) {
      this.places.push(place);
      // A declaration's word at the start of a line begins one, whatever brace was forgotten before it.
      if (token.startColumn === 1 && declarationWord(token) && this.isNamed(tokens, index))
        place = startOfFile();
      const found: Advance | undefined =
        token.tokenType === t.Unknown ? undefined : advanceOrRecover(place, token);
      this.scopes.push(found?.scope);
      if (found) {
        this.take(token, found, tokens[index + 1]);
        place = found.after;
      }
      this.owners.push(this.owner);
      this.before = token.tokenType.name;
    }
    this.places.push(place);
    const { file, places, scopes, owners, mentions, declarations } = this;
    const comments = lexed.groups["comments"] ?? [];
    return { file, tokens, comments, places, scopes, owners, mentions, declarations };
  }

  private isNamed(tokens: readonly IToken[], index: number): boolean {
    const next = tokens[index + 1];
    return next === undefined || next.tokenType.CATEGORIES?.includes(t.AnyWord) === true;
  }

  private take(token: IToken, { scope, type }: Advance, next: IToken | undefined): void {
    const word = declarationWord(token);
    if (word && scope.parent?.rule === "declaration" && type === token.tokenType) {
      this.open(word, token);
      return;
    }
    const { owner, before } = this;
    if (owner) owner.end = endOf(token);
    if (scope.rule === "case" && type === t.Text) this.child("case", token);
    if (scope.rule === "counted" && owner?.word === "measure") owner.what ??= token.image;
    // A tagged target tells no app.
    if (type === t.Tagged && scope.rule === "target" && owner) owner.target ??= "";
    if (type !== t.Name && type !== t.AnyWord) return;
    const role = roleOf(scope, before);
    this.note(role, token);
    const span = { start: token.startOffset, end: endOf(token) };
    const isHeld = next?.tokenType === t.Held;
    this.mentions.push({ role, text: token.image, ...span, declaration: owner, before, isHeld });
  }

  private open(word: DeclarationWord, token: IToken): void {
    this.owner = {
      file: this.file,
      word,
      start: token.startOffset,
      end: endOf(token),
      name: undefined,
      target: undefined,
      what: undefined,
      listType: undefined,
      children: [],
    };
    this.declarations.push(this.owner);
  }

  private note(role: Role, token: IToken): void {
    const { owner } = this;
    if (!owner) return;
    const name = { text: token.image, start: token.startOffset, end: endOf(token) };
    const isOwnName = role.kind === "declares" || (owner.word === "test" && role.kind === "names");
    if (isOwnName && !owner.name) owner.name = name;
    else if (role.kind === "declares" && (role.what === "route" || role.what === "request")) {
      this.child(role.what, token);
    } else if (role.kind === "target" && !role.isTagged) owner.target ??= token.image;
    else if (role.kind === "word" && role.what === "listType") owner.listType ??= token.image;
  }

  private child(kind: OutlineChild["kind"], token: IToken): void {
    this.owner?.children.push({ kind, text: token.image, start: token.startOffset, end: endOf(token) });
  }
}

function declarationWord(token: IToken): DeclarationWord | undefined {
  return findDeclarationWord(token.image);
}

/** The offset behind a token. */
export function endOf(token: IToken): number {
  return (token.endOffset ?? token.startOffset) + 1;
}

/** The index of the first token that ends at or behind an offset; the number of tokens if none does. */
export function tokenIndexAt(tokens: readonly IToken[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const token = tokens[middle];
    if (token && endOf(token) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The keyword of conditions' names. */
export function isConditionWord(word: DeclarationWord): boolean {
  return word === "measure" || word === "fingerprint" || word === "remember" || word === "sequence";
}

/** The kind of thing that a declaration names; tests have the name of a policy. */
export function kindOf(word: DeclarationWord): NamedKind {
  switch (word) {
    case "measure":
    case "fingerprint":
    case "remember":
    case "sequence":
      return "condition";
    case "test":
      return "policy";
    case "app":
    case "list":
    case "cohort":
    case "response":
    case "webhook":
    case "channel":
    case "smtp":
    case "policy":
      return word;
  }
}

const longestDocComment = 2_000;

/** The comment lines directly above a declaration, without their signs; "" if there are none. */
export function docComment(declaration: OutlineDeclaration): string {
  const { file, start } = declaration;
  const above = file.text
    .slice(Math.max(0, start - longestDocComment), start)
    .split("\n")
    .slice(0, -1);
  const lines: string[] = [];
  for (let line = above.pop()?.trim(); line?.startsWith("#"); line = above.pop()?.trim()) {
    lines.unshift(line.replace(/^#+ ?/, ""));
  }
  return lines.join("\n");
}
