/** Columns and comments below each other. */
import type { Line } from "./render.ts";

/** The text of lines, every column as wide as its widest cell, comments of neighbouring lines aligned. */
export function alignLines(lines: readonly Line[]): string {
  const texts = lines.map((line) => `${" ".repeat(line.indent)}${line.cells[0] ?? ""}`);
  const most = Math.max(0, ...lines.map((line) => line.columns.length));
  for (let at = 0; at < most; at++) {
    const widest = new Map<string, number>();
    for (const [index, line] of lines.entries()) {
      const column = line.columns[at];
      if (column === undefined) continue;
      widest.set(column, Math.max(widest.get(column) ?? 0, texts[index]?.length ?? 0));
    }
    for (const [index, line] of lines.entries()) {
      const column = line.columns[at];
      if (column === undefined) continue;
      texts[index] = `${(texts[index] ?? "").padEnd(widest.get(column) ?? 0)} ${line.cells[at + 1] ?? ""}`;
    }
  }
  addComments(lines, texts);
  return texts.map((text) => `${text.trimEnd()}\n`).join("");
}

function addComments(lines: readonly Line[], texts: string[]): void {
  for (let start = 0; start < lines.length; start++) {
    let end = start;
    while (lines[end]?.comment !== undefined) end++;
    const widest = Math.max(0, ...texts.slice(start, end).map((text) => text.length));
    for (let at = start; at < end; at++) {
      texts[at] = `${(texts[at] ?? "").padEnd(widest)}  ${lines[at]?.comment ?? ""}`;
    }
    start = end;
  }
}
