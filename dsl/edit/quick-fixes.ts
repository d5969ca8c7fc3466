/** Mends that an editor can make by itself, from what the diagnostics say. */
import { codes } from "../codes.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { fitting } from "../rules/known-lists.ts";
import type { SourceFile } from "../source-file.ts";
import { outlineOf, tokenIndexAt } from "./file-outline.ts";
import type { SourceEdit } from "./find-names.ts";
import { nameType } from "./name-types.ts";
import { type PolicySources, SourceIndex } from "./policy-sources.ts";

/** A mend of one diagnostic. */
export interface QuickFix {
  readonly title: string;
  readonly edits: readonly SourceEdit[];
  /** True when it is what was most likely meant. */
  readonly isPreferred: boolean;
}

/** The mends of a diagnostic; none where only the author can know. */
export function quickFixes(sources: PolicySources, diagnostic: Diagnostic): QuickFix[] {
  const file = sources.files.find(({ name }) => name === diagnostic.file);
  if (!file) return [];
  const place = { file: file.name, start: diagnostic.start, end: diagnostic.end };
  const fixes: QuickFix[] = [];
  const offer = (title: string, edit: Omit<SourceEdit, "file">, isPreferred = true) => {
    fixes.push({ title, edits: [{ file: file.name, ...edit }], isPreferred });
  };
  const help = diagnostic.help ?? "";
  const meant = /^did you mean `([^`]+)`\?$/.exec(help)?.[1];
  if (meant !== undefined) {
    offer(`replace by \`${meant}\``, { ...misspelt(file, diagnostic), text: meant });
  }
  const written = /(?:^|: )write `([^`A-Z]+)`$|^(?:compare it: |ask )`([^`]+)`$/.exec(help);
  const text = written?.[1] ?? written?.[2];
  if (text !== undefined) offer(`write \`${text}\``, { ...place, text });
  if (help.endsWith("leave it out")) offer("leave it out", { ...place, text: "" });
  for (const fix of fixesOfCode(file, diagnostic, sources)) offer(fix.title, fix, fix.isPreferred);
  return fixes;
}

type CodeFix = Omit<SourceEdit, "file"> & { readonly title: string; readonly isPreferred: boolean };

function fixesOfCode(
  file: SourceFile,
  { code, start, end, message }: Diagnostic,
  sources: PolicySources,
): CodeFix[] {
  const name = lastQuoted(message);
  const stub = (title: string, text: string): CodeFix[] => {
    const at = file.text.length;
    const gap = file.text.endsWith("\n") ? "\n" : "\n\n";
    return [{ title, start: at, end: at, text: `${gap}${text}\n`, isPreferred: false }];
  };
  switch (code) {
    case "P002":
      return [{ title: "close the text", start: end, end, text: '"', isPreferred: true }];
    case "P004":
      return missingBrace(file, start);
    case "N002":
      return name === undefined
        ? []
        : stub(`declare list \`${name}\``, `list ${name}: ${listTypeAt(start, file, sources)} = []`);
    case "N003":
      return name === undefined
        ? []
        : stub(`declare response \`${name}\``, `response ${name} {\n  status 200\n}`);
    case "W020":
      return name === undefined ? [] : stub(`add a test of \`${name}\``, testStub(name));
    default:
      return meansUnused(code) ? withoutDeclaration(file, start) : [];
  }
}

/** True for the codes of what is declared and not used. */
export function meansUnused(code: string): boolean {
  return Object.hasOwn(codes, code) && codes[code as keyof typeof codes].endsWith("that nothing uses");
}

/** The type of list that the field before `in` asks for. */
function listTypeAt(offset: number, file: SourceFile, sources: PolicySources): string {
  const { tokens } = outlineOf(file);
  const subject = tokens[tokenIndexAt(tokens, offset + 1) - 2]?.image ?? "";
  const type = nameType(new SourceIndex(sources), subject)?.type;
  return (type && fitting[type]?.[0]) ?? "text";
}

function testStub(policy: string): string {
  return `test ${policy} {
  let request = GET /
  case "what it stops" {
    send request
    expect block by ${policy}
  }
  case "what it lets through" {
    send request with { ip 192.0.2.1 }
    expect allow
  }
}`;
}

/** The misspelt word of a diagnostic: the last one in its message, where it stands in the text that is meant. */
function misspelt(file: SourceFile, { start, end, message }: Diagnostic): { start: number; end: number } {
  const word = lastQuoted(message);
  const at = word === undefined ? -1 : file.text.slice(start, end).lastIndexOf(word);
  return word === undefined || at < 0 ? { start, end } : { start: start + at, end: start + at + word.length };
}

function lastQuoted(message: string): string | undefined {
  return /.*`([^`]+)`/s.exec(message)?.[1];
}

/** A brace for the block that another declaration's start, or the file's end, leaves open. */
function missingBrace({ text }: SourceFile, start: number): CodeFix[] {
  const isAtEnd = text.slice(start + 1).trim() === "";
  const at = isAtEnd ? text.trimEnd().length : text.slice(0, start).trimEnd().length;
  return [{ title: "close the block", start: at, end: at, text: "\n}", isPreferred: true }];
}

function withoutDeclaration(file: SourceFile, offset: number): CodeFix[] {
  const found = outlineOf(file).declarations.find(({ start, end }) => start <= offset && offset <= end);
  if (!found) return [];
  const rest = /^[ \t]*(?:\r?\n)?/.exec(file.text.slice(found.end))?.[0].length ?? 0;
  const title = `remove ${found.word} \`${found.name?.text ?? ""}\``;
  return [{ title, start: found.start, end: found.end + rest, text: "", isPreferred: false }];
}
