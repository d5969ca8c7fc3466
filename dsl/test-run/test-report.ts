/** What running tests yields. */

/** An expectation that was not met. */
export interface TestFailure {
  readonly line: number;
  /** As written. */
  readonly expected: string;
  readonly got: string;
  /** The request in question and what the policies made of it, a line each. */
  readonly trace: readonly string[];
}

/** One case; it passes when it has no failures. */
export interface CaseReport {
  readonly policy: string;
  readonly title: string;
  readonly file: string;
  readonly line: number;
  readonly requests: number;
  readonly failures: readonly TestFailure[];
}

/** A condition that the tests never saw true, or never saw false. */
export interface CoverageGap {
  readonly policy: string;
  readonly clause: string;
  readonly never: "true" | "false" | "asked";
}

/** Everything that the tests of a set came to. */
export interface TestReport {
  readonly cases: readonly CaseReport[];
  readonly coverage: {
    /** Conditions seen both true and not true, of all. */
    readonly covered: number;
    readonly conditions: number;
    readonly gaps: readonly CoverageGap[];
    readonly untested: readonly string[];
  };
}
