/** How a diagnostic is explained: with a set that has it, and the same set mended. */
import type { Code } from "./codes.ts";

/** What a code is about, and how it is mended. */
export interface CodeExample {
  readonly doc: string;
  readonly example: string;
  readonly mend: string;
  /** Makes the example where it is too long to be shown. */
  readonly whole?: () => string;
  /** List files that both may read. */
  readonly files?: Readonly<Record<string, string>>;
  /** Codes that cannot but come with it. */
  readonly besides?: readonly Code[];
}
