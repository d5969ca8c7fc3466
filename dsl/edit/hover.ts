/** What an editor shows of the word under the pointer. */
import type { PolicyCost } from "../policy-set.ts";
import type { FieldRow, FieldType } from "../scheme.ts";
import { docComment, endOf, type OutlineDeclaration, tokenIndexAt } from "./file-outline.ts";
import { keywordDoc } from "./keyword-docs.ts";
import { nameType } from "./name-types.ts";
import { type PolicySources, type Referent, SourceIndex, type SourcePosition } from "./policy-sources.ts";

/** Markdown about a stretch of a file. */
export interface Hover {
  readonly start: number;
  readonly end: number;
  readonly markdown: string;
}

/**
 * Documentation of the field, name or keyword at a place; undefined where there is nothing to say. Where the host knows
 * what live policies cost, `costs` gives it by their names.
 */
export function hover(
  sources: PolicySources,
  position: SourcePosition,
  costs?: (policy: string) => PolicyCost | undefined,
): Hover | undefined {
  const index = new SourceIndex(sources);
  const found = index.at(position);
  if (found) {
    const { start, end, referent } = found;
    const markdown = describe(referent, index);
    const isPolicy = referent.kind === "named" && referent.what === "policy";
    const cost = isPolicy ? costs?.(referent.name) : undefined;
    if (markdown !== undefined)
      return { start, end, markdown: cost ? `${markdown}\n\n${costLine(cost)}` : markdown };
  }
  const outline = index.outline(position.file);
  const at = outline ? tokenIndexAt(outline.tokens, position.offset) : 0;
  const token = outline?.tokens[at];
  const scope = outline?.scopes[at];
  if (!token || !scope || token.startOffset > position.offset) return undefined;
  const doc = typeof token.tokenType.PATTERN === "string" ? keywordDoc(token.image, scope.rule) : undefined;
  if (doc === undefined) return undefined;
  return { start: token.startOffset, end: endOf(token), markdown: `**${token.image}** — ${doc}` };
}

function describe(referent: Referent, index: SourceIndex): string | undefined {
  if (referent.kind === "field") return describeField(referent.row);
  const { what, name, scope } = referent;
  switch (what) {
    case "tag":
      return describeTag(name, index);
    case "label":
      return `label **${name}**, given by ${listed(placesOf(referent, index))}`;
    case "route": {
      const app = index.find("app", scope);
      const line = app && routeLine(app, name);
      return line === undefined ? undefined : `${fenced(line)}\nroute of app **${scope}**`;
    }
    case "request":
      return `request **${name}** of this test`;
    case "app":
    case "list":
    case "condition":
    case "cohort":
    case "response":
    case "webhook":
    case "channel":
    case "smtp":
    case "policy": {
      const declaration = index.find(what, name);
      const type = what === "condition" ? nameType(index, name)?.type : undefined;
      return declaration && describeDeclaration(declaration, type);
    }
  }
}

function describeField(row: FieldRow<never>): string {
  const trust =
    row.trust === "claimed"
      ? "claimed: the client merely says so"
      : "observed: seen or counted, not merely said";
  const body = row.needsBody === true ? "; the body is read for it" : "";
  const values = row.values ? `\n\nvalues: ${row.values.map((value) => `\`${value}\``).join(", ")}` : "";
  return `**${row.name}** : \`${row.type}\`\n\n${row.doc}\n\n${trust}  \ncost: about ${row.cost} ns${body}${values}`;
}

function costLine({ meanNs, requests, asked, matched }: PolicyCost): string {
  const share = (count: number) => `${((100 * count) / requests).toFixed(1)} %`;
  const time = meanNs === undefined ? "" : `about ${Math.round(meanNs)} ns a request it is asked about, `;
  return `measured cost while live: ${time}asked on ${share(asked)} of requests where it applies, matched ${share(matched)}`;
}

function describeTag(name: string, index: SourceIndex): string {
  const carried: string[] = [];
  for (const { mentions } of index.outlines) {
    for (const { role, text, declaration } of mentions) {
      if (role.kind !== "names" || role.what !== "tag" || text !== name || declaration?.word !== "app")
        continue;
      carried.push(declaration.name?.text ?? "");
    }
  }
  if (carried.length === 0) return `tag **${name}**, carried by no route`;
  return `tag **${name}**, carried in ${listed(new Set(carried))}`;
}

function placesOf(referent: Referent, index: SourceIndex): Set<string> {
  const policies = new Set<string>();
  for (const { isDeclaration, declaration } of index.occurrencesOf(referent)) {
    if (isDeclaration && declaration?.name) policies.add(declaration.name.text);
  }
  return policies;
}

function routeLine(app: OutlineDeclaration, route: string): string | undefined {
  const child = app.children.find(({ kind, text }) => kind === "route" && text === route);
  if (!child) return undefined;
  const { text } = app.file;
  const from = text.lastIndexOf("\n", child.start) + 1;
  const newline = text.indexOf("\n", child.end);
  return text.slice(from, newline < 0 ? text.length : newline).trim();
}

const mostLines = 14;

function describeDeclaration(declaration: OutlineDeclaration, type: FieldType | undefined): string {
  const lines = declaration.file.text.slice(declaration.start, declaration.end).split("\n");
  const shown = lines.length > mostLines ? [...lines.slice(0, mostLines), "  …"] : lines;
  const doc = docComment(declaration);
  const typed = type === undefined ? "" : ` of type \`${type}\``;
  const where = `${declaration.word}${typed} in ${declaration.file.name}`;
  return [fenced(shown.join("\n")), doc, where].filter((part) => part !== "").join("\n\n");
}

function fenced(text: string): string {
  return `\`\`\`policy\n${text.slice(0, 2_000)}\n\`\`\``;
}

function listed(words: ReadonlySet<string>): string {
  return words.size === 0 ? "no policy" : [...words].map((word) => `**${word}**`).join(", ");
}
