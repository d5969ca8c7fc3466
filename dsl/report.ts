/** Collects diagnostics, placing them by line and column. */
import type { Code } from "./codes.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { LineIndex } from "./line-index.ts";
import type { SourceFile, Span } from "./source-file.ts";

/** Most diagnostics kept for one file; further mistakes are only counted, further warnings dropped. */
const maxPerFile = 100;

const losingCodes: ReadonlySet<Code> = new Set(["P004", "P005", "P010", "P011"]);

/** What may accompany a message; help is computed only for diagnostics that are kept. */
export interface ReportExtras {
  readonly help?: string | (() => string | undefined);
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
}

/** The diagnostics of one compilation. */
export class Report {
  private readonly found: Diagnostic[] = [];
  private readonly kept = new Map<string, number>();
  private readonly hidden = new Map<string, number>();
  private readonly lines = new Map<string, LineIndex>();
  private readonly files: ReadonlyMap<string, string>;
  private readonly broken = new Set<string>();
  private isLosing = false;
  private errors = 0;

  constructor(files: readonly SourceFile[]) {
    this.files = new Map(files.map((file) => [file.name, file.text]));
  }

  /** Adds one; its severity is in its code. */
  add(code: Code, span: Span, message: string, extras: ReportExtras = {}): void {
    const severity = code.startsWith("W") ? "warning" : "error";
    const kept = this.kept.get(span.file) ?? 0;
    if (severity === "error") this.errors++;
    if (code.startsWith("P0")) this.broken.add(span.file);
    if (losingCodes.has(code)) this.isLosing = true;
    if (kept >= maxPerFile) {
      if (severity === "error") this.hidden.set(span.file, (this.hidden.get(span.file) ?? 0) + 1);
      return;
    }
    this.kept.set(span.file, kept + 1);
    const help = typeof extras.help === "function" ? extras.help() : extras.help;
    const related = extras.related?.map((place) => ({ ...this.placed(place.span), message: place.message }));
    this.found.push({
      code,
      severity,
      message,
      ...this.placed(span),
      ...(help === undefined ? {} : { help }),
      ...(related === undefined ? {} : { related }),
    });
  }

  /** True when the set cannot go live. */
  hasErrors(): boolean {
    return this.errors > 0;
  }

  /** True when a mistake was found after which declarations may have been skipped. */
  losesDeclarations(): boolean {
    return this.isLosing;
  }

  /** True when a file's syntax is broken somewhere, so that what seems left out may only have been unreadable. */
  hasSyntaxErrors(file: string): boolean {
    return this.broken.has(file);
  }

  /** All of them, by file and place; a file with more than are kept says so at its end. */
  diagnostics(): Diagnostic[] {
    const all = [...this.found];
    for (const [file, count] of this.hidden) {
      const end = this.files.get(file)?.length ?? 0;
      const message = `${count} more mistakes in this file are not shown`;
      all.push({ code: "P012", severity: "error", message, ...this.placed({ file, start: end, end }) });
    }
    return all.sort(
      (left, right) =>
        compareText(left.file, right.file) || left.start - right.start || compareText(left.code, right.code),
    );
  }

  private placed(span: Span): Span & { line: number; column: number } {
    let lines = this.lines.get(span.file);
    if (!lines) {
      lines = new LineIndex(this.files.get(span.file) ?? "");
      this.lines.set(span.file, lines);
    }
    return { file: span.file, start: span.start, end: span.end, ...lines.at(span.start) };
  }
}

/** Orders texts by code units, the same on every machine. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
