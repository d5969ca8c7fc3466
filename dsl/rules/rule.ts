/** What a check is. */
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";

/** Looks at a whole program and reports what is wrong; rules do not depend on each other. */
export type Rule = (program: Program, report: Report) => void;
