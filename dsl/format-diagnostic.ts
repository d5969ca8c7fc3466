import type { Diagnostic } from "./diagnostic.ts";
import type { SourceFile } from "./source-file.ts";

export declare function formatDiagnostic(
  diagnostic: Diagnostic,
  files: readonly SourceFile[],
  options: { color: boolean },
): string;
