/** Where a name is declared, where it is used, and what must change to rename it. */
import { compilePolicies } from "../compile-policies.ts";
import type { Span } from "../source-file.ts";
import { reservedWords } from "../tokens.ts";
import { keyOf, type PolicySources, SourceIndex, type SourcePosition } from "./policy-sources.ts";

/** Where the name at a place is declared; several places for a tag or label, none for fields. */
export function findDefinition(sources: PolicySources, position: SourcePosition): Span[] {
  return findReferences(sources, position).filter(({ isDeclaration }) => isDeclaration);
}

/** Every place of the name at a place, its declaration included. */
export function findReferences(
  sources: PolicySources,
  position: SourcePosition,
): (Span & { readonly isDeclaration: boolean })[] {
  const index = new SourceIndex(sources);
  const found = index.at(position);
  if (!found) return [];
  return index
    .occurrencesOf(found.referent)
    .map(({ file, start, end, isDeclaration }) => ({ file, start, end, isDeclaration }));
}

/** One change of a text. */
export interface SourceEdit extends Span {
  readonly text: string;
}

/** The edits of a renaming, or why it is refused. */
export type Renaming =
  | { readonly edits: readonly SourceEdit[]; readonly problem?: undefined }
  | { readonly edits?: undefined; readonly problem: string };

const nameForm = /^[A-Za-z_][A-Za-z0-9_]*(?:-+[A-Za-z0-9_]+)*$/;

/** The stretch that a renaming at a place would change; undefined where nothing can be renamed. */
export function findRenamable(sources: PolicySources, position: SourcePosition): Span | undefined {
  const found = new SourceIndex(sources).at(position);
  if (!found || found.referent.kind === "field") return undefined;
  return { file: found.file, start: found.start, end: found.end };
}

/** Renames everywhere in the set; refuses names that are taken or that the language does not take. */
export function renameName(sources: PolicySources, position: SourcePosition, name: string): Renaming {
  const index = new SourceIndex(sources);
  const referent = index.at(position)?.referent;
  if (!referent) return { problem: "there is no name here" };
  if (referent.kind === "field")
    return { problem: `\`${referent.row.name}\` is a field; fields keep their names` };
  if (!nameForm.test(name))
    return { problem: "a name has letters, digits, `_` and `-`, and starts with a letter" };
  if (reservedWords.some(({ PATTERN }) => PATTERN === name)) {
    return { problem: `\`${name}\` is a word of the language and cannot be a name` };
  }
  const renamed = { ...referent, name };
  if (keyOf(renamed) === keyOf(referent)) return { edits: [] };
  const taken = index.occurrencesOf(renamed)[0];
  if (taken) return { problem: `\`${name}\` is in use already, in ${taken.file}` };
  const edits = index
    .occurrencesOf(referent)
    .map(({ file, start, end }): SourceEdit => ({ file, start, end, text: name }));
  const problem = newProblem(sources, edits);
  return problem === undefined ? { edits } : { problem };
}

/** The rules of the language say whether the new name can be one: an error that was not there before refuses it. */
function newProblem(sources: PolicySources, edits: readonly SourceEdit[]): string | undefined {
  const files = sources.files.map((file) => {
    const own = edits.filter((edit) => edit.file === file.name);
    return own.length === 0 ? file : { name: file.name, text: applyEdits(file.text, own) };
  });
  const before = errorsOf(sources);
  const after = errorsOf({ ...sources, files });
  // What is wrong with the name itself says more than what follows from it.
  const byName = [...after].sort(
    ([left], [right]) => Number(right.startsWith("N")) - Number(left.startsWith("N")),
  );
  for (const [code, messages] of byName) {
    if (messages.length > (before.get(code)?.length ?? 0)) {
      return messages.find((message) => before.get(code)?.includes(message) !== true) ?? messages[0];
    }
  }
  return undefined;
}

function errorsOf(sources: PolicySources): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { code, severity, message } of compilePolicies(sources.files, sources.scheme, sources.lists)
    .diagnostics) {
    if (severity === "error") found.set(code, [...(found.get(code) ?? []), message]);
  }
  return found;
}

/** A text with edits made; edits must not overlap. */
export function applyEdits(text: string, edits: readonly Omit<SourceEdit, "file">[]): string {
  let result = "";
  let done = 0;
  for (const { start, end, text: replacement } of [...edits].sort(
    (left, right) => left.start - right.start,
  )) {
    result += text.slice(done, start) + replacement;
    done = end;
  }
  return result + text.slice(done);
}
