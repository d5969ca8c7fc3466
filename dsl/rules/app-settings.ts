/** P015, S005: what an app says once, and the shares of its origins. */
import type { AppNode } from "../ast.ts";
import type { Report } from "../report.ts";
import type { Span } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const words = {
  fail: "fail",
  pathCase: "case",
  ambiguous: "ambiguous",
  lock: "lock",
  health: "health",
  waits: "waits",
} as const;
const heaviest = 1000;

/** Reports settings given twice, and weights out of range. */
export const appSettings: Rule = (program, report) => {
  for (const app of program.of("app")) {
    checkTwice(app, report);
    for (const { weight } of app.origins) {
      if (!weight || (weight.value >= 0 && weight.value <= heaviest)) continue;
      report.add("S005", weight.span, "a weight is a number from 0 to 1000");
    }
    const last = app.origins.at(-1);
    if (last?.weight && app.origins.every(({ weight }) => weight?.value === 0)) {
      report.add("S005", last.weight.span, "every origin has the weight 0, so that none gets requests");
    }
  }
};

function checkTwice(app: AppNode, report: Report): void {
  const seen = new Map<string, Span>();
  for (const { kind, span } of app.settings) {
    const first = seen.get(kind);
    if (first) {
      const related = [{ span: first, message: "first given here" }];
      report.add("P015", span, `\`${words[kind]}\` is given twice`, { related });
    } else seen.set(kind, span);
  }
  for (const { what, span } of app.identify) {
    const first = seen.get(`identify ${what}`);
    if (first) {
      const related = [{ span: first, message: "first given here" }];
      const help = "write the sources on one line, the first that is there counts: `body.email | body.user`";
      report.add("P015", span, `\`identify ${what}\` is given twice`, { related, help });
    } else seen.set(`identify ${what}`, span);
  }
}
