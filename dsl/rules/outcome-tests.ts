/** N001, S003, S011, T001: what an outcome asks of a response. */
import type { OperatorNode, OutcomeCaseNode, ResponseTestNode } from "../ast.ts";
import { responseSubject } from "../lower-outcome.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const questions = new Set(["eq", "ne", "contains", "starts", "ends", "in", "present", "missing"]);

/** Reports impossible statuses, mixed `and`/`or`, unknown parts of answers, and questions that texts do not answer. */
export const outcomeTests: Rule = (program, report) => {
  for (const app of program.of("app")) {
    for (const outcome of app.outcomes) for (const kind of outcome.cases) checkCase(kind, report);
  }
};

function checkCase(node: OutcomeCaseNode, report: Report): void {
  const mixed = node.junctions.find((junction) => junction.text !== node.junctions[0]?.text);
  if (mixed)
    report.add("S011", mixed.span, "`and` and `or` are mixed in one outcome", { help: "use one of the two" });
  for (const test of node.tests) checkTest(test, report);
}

function checkTest(test: ResponseTestNode, report: Report): void {
  if (test.kind === "status") {
    for (const status of test.statuses) {
      const last = status.last ?? status.value;
      if (status.value >= 100 && last <= 599 && status.value <= last) continue;
      const text = status.last === undefined ? String(status.value) : `${status.value}..${last}`;
      const what = status.last === undefined ? "is no status" : "is no range of statuses";
      report.add("S003", status.span, `${quoted(text)} ${what}`, { help: "100 to 599" });
    }
    return;
  }
  const { operator, subject } = test;
  if (!responseSubject(subject.text)) {
    const help = "an answer has `status`, `header NAME`, `cookie NAME`, `location`, `body` and `body.PATH`";
    report.add("N001", subject.span, `an answer has no ${quoted(subject.text)}`, { help });
    return;
  }
  if (questions.has(operator.kind) && (!("value" in operator) || takesTexts(operator))) return;
  const help =
    "`=`, `!=`, `contains`, `starts`, `ends` with a text, `in` with texts in brackets, `present`, `missing`";
  report.add("T001", operator.span, "this cannot be asked of a part of an answer", { help });
}

// Numbers in bodies are compared as they are written.
function takesTexts(operator: Extract<OperatorNode, { value: unknown }>): boolean {
  const isMany = !("kind" in operator.value);
  const values = "kind" in operator.value ? [operator.value] : operator.value;
  if ((operator.kind === "in") !== isMany) return false;
  return values.every(({ kind }) => kind === "text" || kind === "word" || kind === "number");
}
