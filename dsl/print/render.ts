/** From a document to lines: decides which gaps end a line, in the manner of Wadler's pretty printer. */
import type { Doc } from "./doc.ts";

/** Widest line that is aimed at, in UTF-16 units, before columns are aligned. */
const width = 110;

/** A line whose columns are not aligned yet: `cells` are separated by the columns that begin after them. */
export interface Line {
  readonly indent: number;
  readonly cells: string[];
  readonly columns: string[];
  comment: string | undefined;
}

interface Command {
  readonly doc: Doc;
  readonly indent: number;
  readonly isFlat: boolean;
}

/** Lays a document out. */
export function render(root: Doc): Line[] {
  const lines: Line[] = [newLine(0)];
  const stack: Command[] = [{ doc: root, indent: 0, isFlat: false }];
  for (let command = stack.pop(); command; command = stack.pop()) {
    const { doc, indent, isFlat } = command;
    const line = lines.at(-1) ?? newLine(0);
    if (typeof doc === "string") line.cells[line.cells.length - 1] += doc;
    else if (!("kind" in doc)) {
      for (let at = doc.length - 1; at >= 0; at--) stack.push({ doc: doc[at] ?? "", indent, isFlat });
    } else {
      switch (doc.kind) {
        case "indent":
          stack.push({ doc: doc.content, indent: indent + 2, isFlat });
          break;
        case "group": {
          const inner = { doc: doc.content, indent, isFlat: true };
          const isFitting = !doc.isBroken && (isFlat || fits(stack, lengthOf(line), inner));
          stack.push({ ...inner, isFlat: isFitting });
          break;
        }
        case "soft":
          if (isFlat) stack.push({ doc: doc.flat, indent, isFlat });
          else lines.push(newLine(indent));
          break;
        case "fill":
          if (isFlat || fits(stack, lengthOf(line) + doc.flat.length))
            stack.push({ doc: doc.flat, indent, isFlat });
          else lines.push(newLine(indent));
          break;
        case "hard":
          if (doc.hasBlank) lines.push(newLine(0));
          lines.push(newLine(indent));
          break;
        case "cell":
          line.columns.push(doc.column);
          line.cells.push("");
          break;
        case "comment":
          line.comment = doc.text;
          break;
      }
    }
  }
  return lines;
}

function newLine(indent: number): Line {
  return { indent, cells: [""], columns: [], comment: undefined };
}

function lengthOf(line: Line): number {
  return line.cells.reduce((sum, text) => sum + text.length, line.indent + line.columns.length);
}

/** True when `first`, if given, and what is next on the stack fit on the line, up to the first place where the line may end. */
function fits(stack: readonly Command[], used: number, first?: Command): boolean {
  let left = width - used;
  let at = stack.length - 1;
  const pending = first ? [first] : [];
  while (left >= 0) {
    const command = pending.pop() ?? stack[at--];
    if (!command) return true;
    const { doc, indent, isFlat } = command;
    if (typeof doc === "string") left -= doc.length;
    else if (!("kind" in doc)) {
      for (let part = doc.length - 1; part >= 0; part--)
        pending.push({ doc: doc[part] ?? "", indent, isFlat });
    } else {
      switch (doc.kind) {
        case "indent":
          pending.push({ doc: doc.content, indent, isFlat });
          break;
        case "group":
          pending.push({ doc: doc.content, indent, isFlat: !doc.isBroken });
          break;
        case "soft":
        case "fill":
          if (!isFlat) return true;
          left -= doc.flat.length;
          break;
        case "hard":
          return true;
        case "cell":
          left -= 1;
          break;
        case "comment":
          break;
      }
    }
  }
  return false;
}
