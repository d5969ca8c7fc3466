import { type Diagnostic, formatDiagnostic, type SourceFile } from "../../dsl/index.ts";

/** All diagnostics as text for a terminal or a log, one after the other. */
export function diagnosticsText(
  diagnostics: readonly Diagnostic[],
  files: readonly SourceFile[],
  color: boolean,
): string {
  return diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, files, { color })).join("\n");
}
