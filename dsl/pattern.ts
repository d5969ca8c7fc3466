/** Patterns: the one door to the regex engine, which runs in linear time. */
import { RE2JS, RE2Set } from "re2js";

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

/** Several patterns that are looked for together. */
export interface PatternSet {
  /** How many of the patterns, from the first, it looks for. */
  readonly size: number;
  /** The indices of those that match anywhere in the first KiB of a text. */
  readonly matching: (text: string) => readonly number[];
}

/** Instructions and patterns of one set: hostile text costs the more the larger it is. */
const largestSet = 1000;
const mostPatterns = 64;
/** The states that a set has met are remembered up to so many bytes. */
const setBytes = 1 << 20;

/** Takes up patterns, from the first on, as long as the set stays small. Never throws. */
export function patternSet(
  patterns: readonly { readonly pattern: string; readonly ignoreCase: boolean }[],
): PatternSet {
  const set = new RE2Set(RE2Set.UNANCHORED, 0, setBytes);
  let [size, instructions] = [0, 0];
  try {
    for (const { pattern, ignoreCase } of patterns.slice(0, mostPatterns)) {
      const compiled = compilePattern(pattern, ignoreCase);
      instructions += compiled.isValid ? compiled.size : largestSet;
      if (instructions > largestSet) break;
      set.add(ignoreCase ? `(?i)${pattern}` : pattern);
      size++;
    }
    if (size > 0) set.compile();
  } catch {
    return { size: 0, matching: () => [] };
  }
  return { size, matching: (text) => set.match(withinReach(text)) };
}

function withinReach(text: string): string {
  return text.length > patternReach ? text.slice(0, patternReach) : text;
}
