/** A set of files as an editor sees it: what is declared anywhere in it, and what a name at some place means. */
import { FieldTable } from "../field-table.ts";
import type { ListPort } from "../list-port.ts";
import type { FieldRow, Scheme } from "../scheme.ts";
import type { SourceFile } from "../source-file.ts";
import {
  type FileOutline,
  kindOf,
  type Mention,
  type OutlineDeclaration,
  outlineOf,
} from "./file-outline.ts";
import type { NamedKind } from "./roles.ts";

/** The files of one policy folder, and what the host knows. Files that have not changed should be the same objects as before: what is known of them is remembered. */
export interface PolicySources {
  readonly files: readonly SourceFile[];
  readonly scheme: Scheme<never>;
  readonly lists: ListPort;
}

/** A place in a file: an offset in UTF-16 units. */
export interface SourcePosition {
  readonly file: string;
  readonly offset: number;
}

/** What a name means: a field, or something that the set names. `scope` is the app of a route and the test of a request. */
export type Referent =
  | { readonly kind: "field"; readonly row: FieldRow<never>; readonly parameter: string }
  | { readonly kind: "named"; readonly what: NamedKind; readonly scope: string; readonly name: string };

/** A name's place, and what it means. */
export interface Occurrence {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly referent: Referent;
  readonly declaration: OutlineDeclaration | undefined;
  /** True where the name is declared; labels and tags are declared wherever they are given. */
  readonly isDeclaration: boolean;
}

/** What follows an app or route in a target: how a request ended. */
export const outcomeWords: readonly string[] = [
  "success",
  "failure",
  "unknown_user",
  "locked",
  "challenge",
  "throttled",
  "stopped",
];

const wordsOfCaps = new Set(["known_good", "traffic"]);

/** Two referents are the same thing when their keys are equal. */
export function keyOf(referent: Referent): string {
  if (referent.kind === "field") return `field ${referent.row.name} ${referent.parameter}`;
  return `${referent.what} ${referent.scope} ${referent.name}`;
}

/** Everything declared in a set, by kind and name; of two alike the first. */
export class SourceIndex {
  readonly outlines: readonly FileOutline[];
  readonly fields: FieldTable<never>;
  private readonly declared = new Map<string, OutlineDeclaration>();

  constructor(sources: PolicySources) {
    this.outlines = sources.files.map(outlineOf);
    this.fields = new FieldTable(sources.scheme);
    for (const { declarations } of this.outlines) {
      for (const declaration of declarations) {
        if (declaration.word === "test" || !declaration.name) continue;
        const key = `${kindOf(declaration.word)} ${declaration.name.text}`;
        if (!this.declared.has(key)) this.declared.set(key, declaration);
      }
    }
  }

  /** The outline of a file; undefined when it is none of the set. */
  outline(file: string): FileOutline | undefined {
    return this.outlines.find((outline) => outline.file.name === file);
  }

  /** The declaration of a name. */
  find(what: NamedKind, name: string): OutlineDeclaration | undefined {
    return this.declared.get(`${what} ${name}`);
  }

  /** All declarations that name things of a kind. */
  of(what: NamedKind): OutlineDeclaration[] {
    return [...this.declared.values()].filter((declaration) => kindOf(declaration.word) === what);
  }

  /** The routes of an app. */
  routes(app: string): string[] {
    const children = this.find("app", app)?.children ?? [];
    return children.filter(({ kind }) => kind === "route").map(({ text }) => text);
  }

  /** The app whose events a declaration speaks of; undefined when its target does not tell. */
  appOf(declaration: OutlineDeclaration | undefined): string | undefined {
    if (!declaration) return undefined;
    if (declaration.word === "app") return declaration.name?.text;
    if (declaration.word === "test") {
      const policy = declaration.name && this.find("policy", declaration.name.text);
      return policy && this.appOf(policy);
    }
    const app = declaration.target?.split(".")[0];
    return app !== undefined && this.find("app", app) ? app : undefined;
  }

  /** Names that are given rather than declared: tags of apps and routes, labels of policies. */
  given(what: "tag" | "label"): Set<string> {
    const found = new Set<string>();
    for (const { mentions } of this.outlines) {
      for (const mention of mentions) if (isGiven(mention, what)) found.add(mention.text);
    }
    return found;
  }

  /** Every name of a file with what it means. */
  *occurrencesIn(outline: FileOutline): Iterable<Occurrence> {
    for (const mention of outline.mentions) {
      let { start } = mention;
      for (const { text, referent } of this.parts(mention)) {
        const end = start + text.length;
        if (referent) {
          const isDeclaration =
            mention.role.kind === "declares" || isGiven(mention, "tag") || isGiven(mention, "label");
          yield {
            file: outline.file.name,
            start,
            end,
            referent,
            declaration: mention.declaration,
            isDeclaration,
          };
        }
        start = end + 1;
      }
    }
  }

  /** Every name of the set that means the same. */
  occurrencesOf(referent: Referent): Occurrence[] {
    const key = keyOf(referent);
    return this.outlines.flatMap((outline) =>
      [...this.occurrencesIn(outline)].filter((occurrence) => keyOf(occurrence.referent) === key),
    );
  }

  /** The name at a place, if it means anything. */
  at({ file, offset }: SourcePosition): Occurrence | undefined {
    const outline = this.outline(file);
    if (!outline) return undefined;
    for (const occurrence of this.occurrencesIn(outline)) {
      if (occurrence.start <= offset && offset <= occurrence.end) return occurrence;
    }
    return undefined;
  }

  /** The parts of a name between dots, as far as each means something of its own. */
  private parts(mention: Mention): { text: string; referent: Referent | undefined }[] {
    const { role, text, declaration } = mention;
    const whole = (referent: Referent | undefined) => [{ text, referent }];
    switch (role.kind) {
      case "declares":
      case "names":
        if (role.what === "cohort" && wordsOfCaps.has(text)) return [];
        return whole(named(role.what, text, scopeOf(role.what, declaration)));
      case "target":
        return this.targetParts(text.split("."), role.isTagged);
      case "event": {
        const [first = ""] = text.split(".");
        const app = this.appOf(declaration);
        const isRoute = app !== undefined && this.routes(app).includes(first);
        return isRoute ? [{ text: first, referent: named("route", first, app) }] : [];
      }
      case "subject":
        return whole(this.subject(mention));
      case "operand":
        return mention.before === "In" ? whole(named("list", text)) : [];
      case "header":
      case "cookie":
        return whole(this.field(`${role.kind}.${text}`));
      case "word":
        return [];
    }
  }

  private targetParts(words: readonly string[], isTagged: boolean) {
    const [first = "", second] = words;
    if (isTagged) return [{ text: first, referent: named("tag", first) }];
    if (first === "everything") return [];
    const parts = [{ text: first, referent: named("app", first) }];
    const isRoute =
      second !== undefined && (!outcomeWords.includes(second) || this.routes(first).includes(second));
    if (isRoute) parts.push({ text: second, referent: named("route", second, first) });
    return parts;
  }

  private subject({ text, isHeld }: Mention): Referent | undefined {
    if (isHeld) return named("policy", text);
    if (this.find("condition", text)) return named("condition", text);
    return this.field(text);
  }

  private field(name: string): Referent | undefined {
    const found = this.fields.find(name);
    return found && { kind: "field", ...found };
  }
}

function named(what: NamedKind, name: string, scope = ""): Referent {
  return { kind: "named", what, scope, name };
}

function scopeOf(what: NamedKind, declaration: OutlineDeclaration | undefined): string {
  if (what === "route") return declaration?.name?.text ?? "";
  if (what === "request") return `${declaration?.file.name}:${declaration?.start}`;
  return "";
}

function isGiven({ role, declaration, before }: Mention, what: "tag" | "label"): boolean {
  if (role.kind !== "names" || role.what !== what) return false;
  // `labelled x` and `expect label x` ask for a label; `label x` of a policy gives it.
  return what === "tag" ? declaration?.word === "app" : before === "Label" && declaration?.word === "policy";
}
