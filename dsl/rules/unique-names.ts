/** N008: names are global to all files; of two alike, both places are shown. */

import { quoted, type Span } from "../source-file.ts";
import type { Rule } from "./rule.ts";

// Conditions name fields, measures and fingerprints alike, so these two share their names.
const spaces = { measure: "condition", fingerprint: "condition" } as const;

/** Reports the second declaration of a name. */
export const uniqueNames: Rule = (program, report) => {
  const seen = new Map<string, Span>();
  for (const node of program.declarations) {
    const space = node.kind in spaces ? "condition" : node.kind;
    const key = `${space} ${node.name.text}`;
    const first = seen.get(key);
    if (!first) seen.set(key, node.name.span);
    else {
      const related = [{ span: first, message: "first declared here" }];
      report.add("N008", node.name.span, `${quoted(node.name.text)} is declared twice`, { related });
    }
  }
};
