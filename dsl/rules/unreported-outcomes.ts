/** W007: a measure of outcomes counts nothing where no route reports one. */

import { coveredRoutes } from "../covered-routes.ts";
import { resolveTarget } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Warns of measures after an outcome whose target has no route with an `outcome` line. */
export const unreportedOutcomes: Rule = (program, report) => {
  const reported = new Set<string>();
  for (const app of program.of("app")) {
    for (const outcome of app.outcomes) {
      for (const route of outcome.routes ?? [outcome.event]) reported.add(`${app.name.text}.${route.text}`);
    }
  }
  for (const measure of program.of("measure")) {
    const resolved = measure.target && resolveTarget(program, measure.target, true);
    if (!measure.target || !resolved || "code" in resolved || !resolved.outcomes) continue;
    const covered = coveredRoutes(program, resolved.target);
    if (covered.length === 0 || covered.some((route) => reported.has(route))) continue;
    const message = `no route of ${quoted(measure.target.name.text)} reports an outcome`;
    const help = "add `outcome EVENT at ROUTE success status … failure status …` to the app";
    report.add("W007", measure.target.name.span, message, { help });
  }
};
