/** From files to a checked, typed set. */
import type { Diagnostic } from "./diagnostic.ts";
import type { ListPort } from "./list-port.ts";
import type { PolicyIr } from "./policy-ir.ts";
import type { Scheme } from "./scheme.ts";
import type { SourceFile } from "./source-file.ts";

/** What compiling gives: the set if there is no error, and everything there is to say. */
export interface Compilation {
  readonly ir: PolicyIr | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles a folder of files as one set; never throws, whatever the text. */
export declare function compilePolicies<F>(
  files: readonly SourceFile[],
  scheme: Scheme<F>,
  lists: ListPort,
): Compilation;
