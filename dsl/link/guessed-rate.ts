/** How selective a question probably is, before real requests have told. */
import type { TestIr } from "../policy-ir.ts";

/** How often a question is answered with yes, as long as nobody has counted; `choices` is of how many values the field takes one. */
// oxlint-disable-next-line eslint/complexity -- one case for each operator
export function guessedRate(test: TestIr, choices: number | undefined): number {
  const one = choices ? 1 / choices : 0.05;
  switch (test.op) {
    case "eq":
      return typeof test.value === "boolean" ? 0.5 : one;
    case "set":
      return Math.min(0.5, one * test.values.length);
    case "contains":
    case "starts":
      return 0.03;
    case "ends":
    case "startsAll":
    case "matches":
    case "usual":
    case "differs":
    case "saturated":
      return 0.1;
    case "list":
    case "ranges":
      return 0.2;
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "holds":
    case "missing":
    case "new":
      return 0.3;
    case "known":
      return 0.5;
    case "ne":
    case "present":
      return 0.9;
  }
}
