/** N008: names are global to all files; of two alike, both places are shown. */

import { quoted, type Span } from "../source-file.ts";
import type { Rule } from "./rule.ts";

// Conditions name all of these alike, so they share their names.
const conditionNames = new Set(["measure", "fingerprint", "remember", "sequence"]);

/** Reports the second declaration of a name. */
export const uniqueNames: Rule = (program, report) => {
  const seen = new Map<string, Span>();
  for (const node of program.declarations) {
    // A policy may have several tests.
    if (node.kind === "test") continue;
    const space = conditionNames.has(node.kind) ? "condition" : node.kind;
    const key = `${space} ${node.name.text}`;
    const first = seen.get(key);
    if (!first) seen.set(key, node.name.span);
    else {
      const related = [{ span: first, message: "first declared here" }];
      report.add("N008", node.name.span, `${quoted(node.name.text)} is declared twice`, { related });
    }
  }
};
