/** N005, N009: outcomes and `unidentified` lines belong to routes of their app. */
import { quoted, type Span } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

/** Reports lines about routes that the app does not have, and routes with two outcomes or two `unidentified` lines. */
export const outcomeRoutes: Rule = (program, report) => {
  for (const app of program.of("app")) {
    const routes = app.routes.map((route) => route.name.text);
    const nameless = new Map<string, Span>();
    for (const route of app.unidentified.flatMap((line) => line.routes)) {
      if (!routes.includes(route.text)) {
        const message = `app ${quoted(app.name.text)} has no route ${quoted(route.text)}`;
        report.add("N005", route.span, message, { help: () => didYouMean(route.text, routes) });
      }
      const first = nameless.get(route.text);
      if (first) {
        const related = [{ span: first, message: "first given here" }];
        report.add("N009", route.span, `route ${quoted(route.text)} has two \`unidentified\` lines`, {
          related,
        });
      } else nameless.set(route.text, route.span);
    }
    const seen = new Map<string, Span>();
    for (const outcome of app.outcomes) {
      for (const route of outcome.routes ?? [outcome.event]) {
        if (!routes.includes(route.text)) {
          const message = `app ${quoted(app.name.text)} has no route ${quoted(route.text)}`;
          const hint = `name the routes: \`outcome ${outcome.event.text} at ROUTE …\``;
          const help = () => didYouMean(route.text, routes) ?? (outcome.routes ? undefined : hint);
          report.add("N005", route.span, message, { help });
        }
        const first = seen.get(route.text);
        if (first) {
          const related = [{ span: first, message: "first given here" }];
          report.add("N009", route.span, `route ${quoted(route.text)} has two outcomes`, { related });
        } else seen.set(route.text, route.span);
      }
    }
  }
};
