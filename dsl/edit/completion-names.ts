/** The names and values that fit a role. */
import type { IToken } from "chevrotain";
import { fitting } from "../rules/known-lists.ts";
import type { FieldRow } from "../scheme.ts";
import type { Completion } from "./completion.ts";
import { docComment, isConditionWord, type OutlineDeclaration } from "./file-outline.ts";
import { nameType } from "./name-types.ts";
import { outcomeWords, type SourceIndex } from "./policy-sources.ts";
import type { NamedKind, Role } from "./roles.ts";
import type { Scope } from "./syntax-walk.ts";
import { headerNames, wordValues } from "./word-values.ts";

/** Where names are asked for. */
export interface NamePlace {
  readonly role: Role;
  readonly scope: Scope;
  /** The tokens before the place, the last one next to it. */
  readonly before: readonly IToken[];
  readonly index: SourceIndex;
  readonly declaration: OutlineDeclaration | undefined;
  /** What is written of the name already. */
  readonly prefix: string;
}

/** All that fits; the editor narrows it by what is written already. */
export function namesFor(place: NamePlace): Completion[] {
  const { role, index } = place;
  switch (role.kind) {
    case "declares":
      return [];
    case "names":
      return namedOf(role.what, place);
    case "target":
      return role.isTagged ? namedOf("tag", place) : targets(place);
    case "event":
      return events(place);
    case "subject":
      return role.isKey ? fields(place) : [...conditionNames(index), ...fields(place), ...policies(index)];
    case "operand":
      return operands(place);
    case "header":
      return headerNames.map((label) => ({ label, kind: "value" }));
    case "cookie":
      return [];
    case "word":
      return wordValues(role.what).map((label) => ({ label, kind: "value" }));
  }
}

function namedOf(what: NamedKind, { index, declaration }: NamePlace): Completion[] {
  switch (what) {
    case "tag":
    case "label":
      return [...index.given(what)].map((label) => ({ label, kind: what }));
    case "route":
      return index.routes(index.appOf(declaration) ?? "").map((label) => ({ label, kind: "route" }));
    case "request": {
      const requests = declaration?.children.filter(({ kind }) => kind === "request") ?? [];
      return requests.map(({ text }) => ({ label: text, kind: "request" }));
    }
    case "condition":
      return conditionNames(index).filter(({ detail }) => detail?.startsWith("measure"));
    case "cohort": {
      const declared = index.of("cohort").map((one) => declaredItem(one, "cohort"));
      const names = new Set(declared.map(({ label }) => label));
      return [...declared, ...builtInCohorts.filter(({ label }) => !names.has(label))];
    }
    case "app":
    case "list":
    case "response":
    case "webhook":
    case "channel":
    case "smtp":
    case "policy":
      return index.of(what).map((one) => declaredItem(one, what));
  }
}

/** What a cap may name without its being declared. */
const builtInCohorts: readonly Completion[] = [
  {
    label: "known_good",
    kind: "cohort",
    detail: "built in",
    doc: "Accounts that come from where they got in before.",
  },
  {
    label: "traffic",
    kind: "cohort",
    detail: "built in",
    doc: "What is usual at the policy's target; what an attack adds to it is not counted.",
  },
];

function declaredItem(one: OutlineDeclaration, kind: NamedKind): Completion {
  const detail = [one.word, one.listType ?? one.what].filter((part) => part !== undefined).join(" ");
  const doc = docComment(one);
  return { label: one.name?.text ?? "", kind, detail, ...(doc === "" ? {} : { doc }) };
}

function conditionNames(index: SourceIndex): Completion[] {
  return index
    .of("condition")
    .filter(({ word }) => isConditionWord(word))
    .map((one) => declaredItem(one, "condition"));
}

function policies(index: SourceIndex): Completion[] {
  return index
    .of("policy")
    .map(({ name }) => ({ label: `${name?.text} held`, kind: "policy", detail: "policy" }));
}

function fields({ index, prefix }: NamePlace): Completion[] {
  const found: Completion[] = [];
  for (const name of index.fields.names()) {
    const row = index.fields.row(name);
    if (!row) continue;
    const item = { kind: "field", detail: `${row.type}, ${row.trust}`, doc: row.doc } as const;
    if (!name.endsWith(".*")) found.push({ label: name, ...item });
    else found.push({ label: name, insert: name.slice(0, -1), ...item });
  }
  if (prefix.startsWith("header.")) {
    const row = index.fields.row("header.*");
    if (row) found.push(...headerNames.map((name) => parameterItem(`header.${name}`, row)));
  }
  const row = index.fields.row("path.*");
  if (prefix.startsWith("path.") && row) {
    for (const name of pathParameters(index)) found.push(parameterItem(`path.${name}`, row));
  }
  const long = `${prefix.slice(0, prefix.lastIndexOf("."))}.truncated`;
  const truncated = index.fields.find(long)?.row;
  if (truncated?.name.endsWith(".truncated")) found.push(parameterItem(long, truncated));
  return found;
}

function parameterItem(label: string, row: FieldRow<never>): Completion {
  return { label, kind: "field", detail: `${row.type}, ${row.trust}`, doc: row.doc };
}

function pathParameters(index: SourceIndex): Set<string> {
  const found = new Set<string>();
  for (const { tokens } of index.outlines) {
    for (const { tokenType, image } of tokens) {
      if (tokenType.name !== "Path") continue;
      for (const [, name] of image.matchAll(/\/:(\w+)/g)) if (name !== undefined) found.add(name);
    }
  }
  return found;
}

function targets({ index, scope, prefix }: NamePlace): Completion[] {
  const found: Completion[] = [{ label: "everything", kind: "keyword", doc: "Every request of every app." }];
  // A policy has no outcome as its target: it judges before there is one.
  const takesOutcome = scope.parent?.rule !== "policy";
  for (const app of index.of("app")) {
    const name = app.name?.text ?? "";
    found.push({ label: name, kind: "app", detail: "app" });
    for (const route of index.routes(name)) {
      const label = `${name}.${route}`;
      found.push({ label, kind: "route", detail: `route of ${name}` });
      if (!takesOutcome || !prefix.startsWith(`${label}.`)) continue;
      for (const outcome of outcomeWords) found.push({ label: `${label}.${outcome}`, kind: "outcome" });
    }
  }
  return found;
}

function events({ index, declaration, scope }: NamePlace): Completion[] {
  const app = index.appOf(declaration);
  // A target that tells no app, or is not written yet, may mean any.
  const apps = app ? [app] : index.of("app").map(({ name }) => name?.text ?? "");
  const routes = [...new Set(apps.flatMap((one) => index.routes(one)))];
  if (scope.rule === "outcome") return routes.map((label) => ({ label, kind: "route" }));
  return routes.flatMap((route) =>
    outcomeWords.map((outcome): Completion => ({ label: `${route}.${outcome}`, kind: "outcome" })),
  );
}

function operands(place: NamePlace): Completion[] {
  const { before, index, scope } = place;
  const last = before.at(-1)?.tokenType.name;
  const subject = scope.parent?.rule === "requestPart" ? before.at(-1)?.image : subjectBefore(before);
  if (subject === undefined) return [];
  const type = nameType(index, subject)?.type;
  if (last === "In") {
    const types: readonly string[] | undefined = type && fitting[type];
    const lists = index.of("list").filter((one) => !types || types.includes(one.listType ?? ""));
    return lists.map((one) => declaredItem(one, "list"));
  }
  if (type === "headerOrder") return headerNames.map((label) => ({ label, kind: "value" }));
  return valuesOf(subject, place).map((label) => ({ label, kind: "value" }));
}

const operators = new Set([
  "Equal",
  "NotEqual",
  "In",
  "Starts",
  "Contains",
  "Ends",
  "Below",
  "Above",
  "AtMost",
  "AtLeast",
]);
const insideBrackets = new Set(["OpenBracket", "Comma", "Word", "Text", "Int", "Ipv4", "Ipv6"]);

/** The subject of the comparison whose value is being written, also inside brackets. */
function subjectBefore(before: readonly IToken[]): string | undefined {
  for (let at = before.length - 1; at > 0; at--) {
    const type = before[at]?.tokenType;
    if (!type) return undefined;
    if (operators.has(type.name)) {
      const subject = before[at - 1]?.image;
      const word = before[at - 2]?.tokenType.name;
      return word === "Header" || word === "Cookie" ? `${word.toLowerCase()}.${subject}` : subject;
    }
    if (!insideBrackets.has(type.name)) return undefined;
  }
  return undefined;
}

function valuesOf(subject: string, { index }: NamePlace): readonly string[] {
  const row = index.fields.find(subject)?.row;
  if (row?.values) return row.values;
  if (row?.type === "bool") return ["true", "false"];
  const apps = index.of("app").map(({ name }) => name?.text ?? "");
  if (subject === "method") return wordValues("method");
  if (subject === "route") return [...new Set(apps.flatMap((app) => index.routes(app)))];
  return [];
}
