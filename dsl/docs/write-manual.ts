/** Writes the generated parts of the manual, fields and codes: `bun dsl/docs/write-manual.ts`. A test fails when they are stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { codes } from "../codes.ts";
import type { FieldRow, Scheme } from "../scheme.ts";

const manualPath = join(import.meta.dir, "..", "README.md");

/** The manual with its tables as they must be, for the fields of a host. */
export function manualWith(text: string, fields: readonly FieldRow<never>[]): string {
  const codeRows = Object.entries(codes).map(([code, title]) => [code, title]);
  const withCodes = between(text, "codes", table(["code", "what it is about"], codeRows));
  const rows = fields.map((row) => [fieldName(row), row.type, row.trust, describe(row)]);
  return between(withCodes, "fields", table(["field", "type", "trust", "what it is"], rows));
}

function fieldName({ name }: FieldRow<never>): string {
  return `\`${name.replace(/\.\*$/, ".NAME")}\``;
}

function describe({ doc, values }: FieldRow<never>): string {
  const listed = values && !values.every((value) => doc.includes(value));
  return listed ? `${doc} One of ${values.map((value) => `\`${value}\``).join(", ")}.` : doc;
}

/** A Markdown table with its columns aligned, as the formatter wants them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((title, at) => Math.max(title.length, ...escaped.map((row) => row[at]!.length)));
  const line = (cells: readonly string[], fill = " ") =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at]!, fill)).join(" | ")} |`;
  return [
    line(head),
    line(["", "", "", ""].slice(0, head.length), "-"),
    ...escaped.map((row) => line(row)),
  ].join("\n");
}

function between(text: string, what: string, content: string): string {
  const from = text.indexOf(`<!-- ${what}:`);
  const start = text.indexOf("-->", from) + "-->".length;
  const end = text.indexOf(`<!-- end of ${what} -->`);
  if (from < 0 || end < start) throw new Error(`the manual has no place for ${what}`);
  return `${text.slice(0, start)}\n\n${content}\n\n${text.slice(end)}`;
}

if (import.meta.main) {
  // The language knows no host; the manual that ships with Sallyport shows Sallyport's fields.
  const host = join(import.meta.dir, "..", "..", "src", "describe", "field-table.ts");
  const { scheme } = (await import(host)) as { scheme: Scheme<never> };
  writeFileSync(manualPath, manualWith(readFileSync(manualPath, "utf8"), scheme.fields));
}
