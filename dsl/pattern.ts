/** Patterns: the one door to the regex engine, which runs in linear time. */
import { RE2JS } from "re2js";

/** Characters of a field that a pattern sees. */
export const patternReach = 1024;

const longestPattern = 1000;
const largestProgram = 5000;

/** A compiled pattern, or why it is none. */
export type CompiledPattern =
  | {
      readonly isValid: true;
      /** Instructions that it compiled to. */
      readonly size: number;
      readonly test: (text: string) => boolean;
    }
  | { readonly isValid: false; readonly problem: string };

/** Compiles a pattern; matching anywhere in the first KiB of a text. Never throws. */
export function compilePattern(source: string, ignoreCase: boolean): CompiledPattern {
  if (source.length > longestPattern)
    return { isValid: false, problem: `longer than ${longestPattern} characters` };
  try {
    const compiled = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    const size = compiled.programSize();
    if (size > largestProgram) return { isValid: false, problem: "too large when compiled" };
    return { isValid: true, size, test: (text) => compiled.test(withinReach(text)) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { isValid: false, problem: message.replace(/^error parsing regexp: /, "").replaceAll("`", "") };
  }
}

function withinReach(text: string): string {
  return text.length > patternReach ? text.slice(0, patternReach) : text;
}
