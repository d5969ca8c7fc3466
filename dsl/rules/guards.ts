/** N071, S005, P015, P016, S070: a guard says what must stay true of the people who are let through by lot. */
import { clauseOf } from "../ast.ts";
import { outcomeKinds, outcomeWords } from "../resolve-target.ts";
import { guardWindow } from "../safety-bounds.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import { checkStops, checkTwice, checkWindow } from "./caps.ts";
import type { Rule } from "./rule.ts";

/** As many people as are remembered. */
const mostPeople = 4000;

/** Reports guards without a holdout, of events that no app has, and out of range. */
export const guards: Rule = (program, report) => {
  const events = new Set<string>();
  for (const app of program.of("app")) for (const { event } of app.outcomes) events.add(event.text);
  for (const policy of program.of("policy")) {
    const guard = clauseOf(policy, "guard");
    if (!guard) continue;
    checkStops(policy, "guard", guard.span, report);
    checkTwice(guard.clauses, "guard", report);
    checkWindow(guard.clauses, guardWindow, report);
    const holdouts = guard.clauses.flatMap((clause) => (clause.kind === "holdout" ? [clause] : []));
    if (holdouts.length === 0 && guard.clauses.length > 0) {
      const help = "add `holdout login.success < 2%`: what must stay true of those who are let through";
      report.add("P016", guard.span, "this guard watches nothing", { help });
    }
    for (const { subject, percent } of holdouts) {
      const { text, span } = subject;
      const [event = "", word = "", ...more] = text.split(".");
      const isKnown = outcomeKinds(word) !== undefined && word !== "stopped" && more.length === 0;
      if (!isKnown || !events.has(event)) {
        const options = [...events].flatMap((name) =>
          outcomeWords()
            .filter((outcome) => outcome !== "stopped")
            .map((outcome) => `${name}.${outcome}`),
        );
        const help = () =>
          didYouMean(text, options) ??
          "write EVENT.OUTCOME, such as `login.success`: `outcome` lines name events";
        report.add("N071", span, `no app has an event ${quoted(text)}`, { help });
      }
      if (percent.kind !== "percent" || percent.value > 100) {
        const message = `a guard at ${quoted(percent.text)} is out of range`;
        report.add("S005", percent.span, message, { help: "0% to 100%" });
      }
    }
    for (const clause of guard.clauses) {
      if (clause.kind !== "support" || (clause.least.value >= 1 && clause.least.value <= mostPeople))
        continue;
      const message = `\`at least ${clause.least.value}\` is out of range`;
      report.add("S005", clause.least.span, message, { help: `1 to ${mostPeople} people` });
    }
  }
};
