import type { Scheme } from "./scheme.ts";
import type { SourceFile } from "./source-file.ts";

export declare function policyHash<F>(files: readonly SourceFile[], scheme: Scheme<F>): string;
