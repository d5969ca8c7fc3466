/** `fmt`: one canonical form for every policy file, comments kept. */
import type { Diagnostic } from "../diagnostic.ts";
import { parseFile } from "../parse-file.ts";
import { Report } from "../report.ts";
import type { SourceFile } from "../source-file.ts";
import { alignLines } from "./align.ts";
import { layOut } from "./layout.ts";
import { render } from "./render.ts";
import { SourceTokens } from "./source-tokens.ts";

/** The formatted text, or why the file cannot be read. */
export type Formatted = { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] };

/** Formats one file; needs correct syntax, not sense. Formatting what was formatted changes nothing. */
export function formatPolicy(file: SourceFile): Formatted {
  const report = new Report([file]);
  const parsed = parseFile(file, report);
  if (!parsed || report.hasErrors()) return { diagnostics: report.diagnostics() };
  if (parsed.tokens.length === 0 && parsed.comments.length === 0) return { text: "" };
  const tokens = new SourceTokens(file.text, parsed.tokens, parsed.comments);
  return { text: alignLines(render(layOut(parsed.tree, tokens))) };
}
