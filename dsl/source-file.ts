/** Policy text and where it came from; every span in the language points into one of these. */

/** One policy file: its name relative to the policies folder (`shop.policy`) and its text. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** A stretch of a file: offsets in UTF-16 units, `end` exclusive. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** The line and column (both from 1) of an offset. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
