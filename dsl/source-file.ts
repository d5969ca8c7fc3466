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

/** A text as it may stand in a message: one line, at most 60 characters, in backticks. */
export function quoted(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what must not reach a terminal
  const oneLine = text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029`]/g, "�");
  return oneLine.length > 60 ? `\`${oneLine.slice(0, 59)}…\`` : `\`${oneLine}\``;
}
