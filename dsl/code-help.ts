/** What `sallyport explain CODE` says. */
import type { CodeExample } from "./code-example.ts";
import { codeExamples } from "./code-examples.ts";
import { codes } from "./codes.ts";

/** A code in one line and at length; an example that has it, and the same without it. */
export interface CodeHelp extends Partial<CodeExample> {
  readonly title: string;
}

/** The help on a code; undefined when there is no such code. */
export function codeHelp(code: string): CodeHelp | undefined {
  if (!Object.hasOwn(codes, code)) return undefined;
  return { title: codes[code as keyof typeof codes], ...codeExamples[code as keyof typeof codes] };
}
