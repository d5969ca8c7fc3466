/** What a policy author is told: collected while compiling, never thrown. */

/** A second place that a diagnostic speaks of, for example the first of two declarations. */
interface RelatedPlace {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One mistake or doubt. `start` and `end` are offsets into the file; `line` and `column` count from 1. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  readonly help?: string;
  readonly related?: readonly RelatedPlace[];
}
