/** W007: evidence of outcomes says nothing where no route reports one. */

import { coveredRoutes } from "../covered-routes.ts";
import { evidenceTargets } from "../evidence-targets.ts";
import { resolveTarget } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Warns of measures, memories and steps after an outcome whose target has no route with an `outcome` line. */
export const unreportedOutcomes: Rule = (program, report) => {
  const reported = new Set<string>();
  for (const app of program.of("app")) {
    for (const outcome of app.outcomes) {
      for (const route of outcome.routes ?? [outcome.event]) reported.add(`${app.name.text}.${route.text}`);
    }
  }
  const shares = new Set(
    program.of("measure").flatMap(({ what, target }) => (what === "share" ? target : [])),
  );
  for (const target of evidenceTargets(program)) {
    const resolved = resolveTarget(program, target, true);
    if ("code" in resolved || (!resolved.outcomes && !resolved.isUnproven && !shares.has(target))) continue;
    const covered = coveredRoutes(program, resolved.target);
    if (covered.length === 0 || covered.some((route) => reported.has(route))) continue;
    const message = `no route of ${quoted(target.name.text)} reports an outcome`;
    const help = "add `outcome EVENT at ROUTE success status … failure status …` to the app";
    report.add("W007", target.name.span, message, { help });
  }
};
