/** S011, T009: a route's `when` is asked before anything is known but the request itself. */
import type { AppNode } from "../ast.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const others = new Set(["differs", "known", "new", "held", "saturated"]);

/** Reports mixed `and`/`or`, and questions about what is known only once a request has its route. */
export const routeConditions: Rule = (program, report) => {
  for (const app of program.of("app")) checkRoutes(app, program, report);
};

function checkRoutes(app: AppNode, program: Program, report: Report): void {
  for (const { when, junctions } of app.routes) {
    const mixed = junctions.find((junction) => junction.text !== junctions[0]?.text);
    if (mixed)
      report.add("S011", mixed.span, "`and` and `or` are mixed in one route", { help: "use one of the two" });
    for (const { subject, operator, span } of when) {
      const field = program.fields.find(subject.text);
      const isAnswered = field && field.row.isPlaced !== true && !(operator && others.has(operator.kind));
      if (isAnswered || !(field || program.subject(subject.text))) continue;
      const message = `${quoted(subject.text)} is not known before a request has its route`;
      const help =
        "ask for what the request carries: `body.NAME`, `header NAME`, `query.NAME`, `cookie NAME`";
      report.add("T009", span, message, { help });
    }
  }
}
