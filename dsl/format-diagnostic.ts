/** Diagnostics for people at a terminal: code, place, excerpt with carets, help. */
import type { Diagnostic } from "./diagnostic.ts";
import type { SourceFile } from "./source-file.ts";

const styles = { error: "1;31", warning: "1;33", place: "34", bold: "1", help: "36" } as const;

interface Place {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** A diagnostic as several lines of text, with an excerpt where its file is among `files`. */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  files: readonly SourceFile[],
  options: { readonly color: boolean },
): string {
  const paint = (style: keyof typeof styles, text: string) =>
    options.color ? `\u001B[${styles[style]}m${text}\u001B[0m` : text;
  const { severity } = diagnostic;
  const gutter = Math.max(diagnostic.line, ...(diagnostic.related ?? []).map((place) => place.line));
  const width = String(gutter).length;
  const lines = [
    `${paint(severity, `${severity}[${diagnostic.code}]`)}${paint("bold", `: ${diagnostic.message}`)}`,
  ];
  const show = (place: Place, style: "error" | "warning" | "place", note: string) => {
    const arrow = note === "" ? "-->" : ":::";
    lines.push(`${" ".repeat(width)}${paint("place", arrow)} ${place.file}:${place.line}:${place.column}`);
    const excerpt = excerptOf(place, files);
    if (!excerpt) return;
    const bar = paint("place", "|");
    const number = paint("place", String(place.line).padStart(width));
    lines.push(`${" ".repeat(width)} ${bar}`, `${number} ${bar} ${excerpt.text}`);
    const carets = paint(style, `${"^".repeat(excerpt.length)}${note === "" ? "" : ` ${note}`}`);
    lines.push(`${" ".repeat(width)} ${bar} ${" ".repeat(excerpt.indent)}${carets}`);
  };
  show(diagnostic, severity, "");
  for (const place of diagnostic.related ?? []) show(place, "place", place.message);
  if (diagnostic.help !== undefined)
    lines.push(`${" ".repeat(width)} ${paint("help", "help")}: ${diagnostic.help}`);
  return lines.join("\n");
}

const widestExcerpt = 160;

function excerptOf(
  place: Place,
  files: readonly SourceFile[],
): { text: string; indent: number; length: number } | undefined {
  const file = files.find((candidate) => candidate.name === place.file);
  if (!file) return undefined;
  const lineStart = place.start - place.column + 1;
  const newline = file.text.indexOf("\n", place.start);
  const lineEnd = newline < 0 ? file.text.length : newline;
  // A long line is cut around the place that is meant.
  const from = Math.max(lineStart, Math.min(place.start - 40, lineEnd - widestExcerpt));
  const raw = file.text.slice(from, Math.min(lineEnd, from + widestExcerpt));
  // oxlint-disable-next-line no-control-regex -- a policy file must not steer the terminal
  const text = raw.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g, " ").trimEnd();
  const indent = place.start - from;
  const length = Math.max(1, Math.min(place.end, from + widestExcerpt, lineEnd) - place.start);
  return { text, indent, length };
}
