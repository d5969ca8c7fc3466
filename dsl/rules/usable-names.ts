/** N010: a declared name must be tellable from everything else that could stand in its place. */
import type { NameNode } from "../ast.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const longestName = 64;
const outcomeWords = new Set([
  "success",
  "failure",
  "unknown_user",
  "locked",
  "challenge",
  "throttled",
  "stopped",
]);
const conditionKinds = new Set(["measure", "fingerprint", "remember", "sequence"]);
// After a name in a condition these words ask something of it.
const questionWords = new Set(["known", "new", "held", "saturated", "differs", "labelled", "later"]);

/** Reports names with a dot, names that are too long, and names that a field or a word of targets has. */
export const usableNames: Rule = (program, report) => {
  const check = (name: NameNode, taken: string | undefined) => {
    const problem = name.text.includes(".")
      ? "has a dot, which separates app, route and field names"
      : name.text.length > longestName
        ? `is longer than ${longestName} characters`
        : taken;
    if (problem !== undefined) report.add("N010", name.span, `the name ${quoted(name.text)} ${problem}`);
  };
  for (const node of program.declarations) {
    const isCondition = conditionKinds.has(node.kind);
    const isField = isCondition && program.fields.find(node.name.text) !== undefined;
    const isQuestion = isCondition && questionWords.has(node.name.text);
    const isEverything = node.kind === "app" && node.name.text === "everything";
    const taken = isField
      ? "is a field already"
      : isQuestion
        ? "is a question of conditions"
        : isEverything
          ? "means every app"
          : undefined;
    check(node.name, taken);
    if (node.kind !== "app") continue;
    for (const tag of node.tags) check(tag, undefined);
    for (const route of node.routes) {
      check(route.name, outcomeWords.has(route.name.text) ? "is the name of an outcome" : undefined);
      for (const tag of route.tags) check(tag, undefined);
    }
  }
};
