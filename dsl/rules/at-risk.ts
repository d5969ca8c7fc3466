/** N001, N005, N020, P015, T007: what an app says of accounts that were taken over can be known. */
import type { AppNode, AtRiskNode } from "../ast.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import { givenLabels } from "./policy-questions.ts";
import type { Rule } from "./rule.ts";

/** Reports labels that nobody gives, amounts that no request carries, and a second call or channel. */
export const atRisk: Rule = (program, report) => {
  for (const app of program.of("app")) {
    for (const setting of app.settings)
      if (setting.kind === "atRisk") checkAtRisk(app, setting, program, report);
  }
};

function checkAtRisk(app: AppNode, node: AtRiskNode, program: Program, report: Report): void {
  const given = givenLabels(program);
  for (const { text, span } of node.labels) {
    if (given.has(text)) continue;
    const help = () => didYouMean(text, given);
    report.add("N020", span, `no policy gives the label ${quoted(text)}`, { help });
  }
  const [, call] = node.calls;
  if (call) report.add("P015", call.span, "`webhook` is given twice");
  const [, channel] = node.channels;
  if (channel) report.add("P015", channel.span, "`alert` is given twice");
  for (const { subject, routes } of node.amounts) {
    checkAmount(subject, program, report);
    for (const route of routes) {
      if (app.routes.some(({ name }) => name.text === route.text)) continue;
      const help = () =>
        didYouMean(
          route.text,
          app.routes.map(({ name }) => name.text),
        );
      report.add("N005", route.span, `app ${quoted(app.name.text)} has no route ${quoted(route.text)}`, {
        help,
      });
    }
  }
}

function checkAmount(
  { text, span }: AtRiskNode["amounts"][number]["subject"],
  program: Program,
  report: Report,
): void {
  const field = program.fields.find(text);
  if (!field) {
    const help = () => didYouMean(text, program.fields.names());
    report.add("N001", span, `unknown field ${quoted(text)}`, { help });
  } else if (field.row.type !== "scalar" && field.row.type !== "int") {
    const help = "name a number of the request, such as `body.amount`";
    report.add("T007", span, `${quoted(text)} is no amount`, { help });
  }
}
