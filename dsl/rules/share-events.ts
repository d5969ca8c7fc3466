/** N030, N006: a share is the part of named events, and its target names none. */
import type { MeasureNode } from "../ast.ts";
import type { Report } from "../report.ts";
import { outcomeKinds, outcomeWords, resolveTarget } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

/** Reports events that no app has, and shares whose target says how requests ended. */
export const shareEvents: Rule = (program, report) => {
  const events = new Set<string>();
  for (const app of program.of("app")) for (const { event } of app.outcomes) events.add(event.text);
  for (const measure of program.of("measure")) {
    if (measure.what !== "share") continue;
    checkEvents(measure, events, report);
    const resolved = measure.target && resolveTarget(program, measure.target, true);
    if (!measure.target || !resolved || "code" in resolved || !resolved.outcomes) continue;
    const help = "name the outcomes after `share`; the target says of which requests";
    report.add("N006", measure.target.name.span, "the target of a share takes no outcome", { help });
  }
};

function checkEvents(measure: MeasureNode, events: ReadonlySet<string>, report: Report): void {
  for (const { text, span } of measure.events) {
    const [event = "", word = "", ...more] = text.split(".");
    if (outcomeKinds(word) && more.length === 0 && events.has(event)) continue;
    const options = [...events].flatMap((name) => outcomeWords().map((outcome) => `${name}.${outcome}`));
    const help = () =>
      didYouMean(text, options) ??
      "write EVENT.OUTCOME, such as `login.failure`: `outcome` lines name events";
    report.add("N030", span, `no app has an event ${quoted(text)}`, { help });
  }
}
