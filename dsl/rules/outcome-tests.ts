/** S003, S011, T001: what an outcome asks of a response. */
import type { OutcomeCaseNode, ResponseTestNode } from "../ast.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const headerQuestions = new Set(["eq", "ne", "contains", "starts", "ends", "present", "missing"]);

/** Reports impossible statuses, mixed `and`/`or`, and questions that response headers do not answer. */
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
      if (status.value < 100 || status.value > 599) {
        report.add("S003", status.span, `${quoted(String(status.value))} is no status`, {
          help: "100 to 599",
        });
      }
    }
    return;
  }
  const { operator } = test;
  if (!test.subject.text.startsWith("header.")) return;
  const isValued = "value" in operator;
  const isText =
    isValued &&
    "kind" in operator.value &&
    (operator.value.kind === "text" || operator.value.kind === "word");
  if (headerQuestions.has(operator.kind) && (!isValued || isText)) return;
  const help = "`=`, `!=`, `contains`, `starts`, `ends` with a text in quotes, `present`, `missing`";
  report.add("T001", operator.span, "this cannot be asked of a response's header", { help });
}
