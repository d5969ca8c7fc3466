/** N009: two routes, or two apps' hosts, that the same request would match. */
import type { AppNode } from "../ast.ts";
import { pathShape } from "../link/app-places.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted, type Span } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports route names, method and path pairs, and hosts that are given twice. */
export const uniqueRoutes: Rule = (program, report) => {
  for (const app of program.of("app")) checkRoutes(app, report);
  checkHosts(program, report);
};

function checkRoutes(app: AppNode, report: Report): void {
  const names = new Map<string, Span>();
  const shapes = new Map<string, Span>();
  const isCaseSensitive = app.settings.some((one) => one.kind === "pathCase" && one.isSensitive);
  for (const route of app.routes) {
    const isNew = once(
      names,
      route.name.text,
      route.name.span,
      report,
      `route ${quoted(route.name.text)} is declared twice`,
    );
    // Routes with conditions may share a path, also with one that has none.
    if (route.when.length > 0) continue;
    const shape = pathShape(route.path.text, isCaseSensitive);
    const method = route.method.text.toUpperCase();
    const message = `${quoted(`${method} ${route.path.text}`)} matches the same requests as another route`;
    if (isNew) once(shapes, `${method} ${shape}`, route.path.span, report, message);
  }
}

function checkHosts(program: Program, report: Report): void {
  const hosts = new Map<string, Span>();
  for (const app of program.of("app")) {
    const own = app.hosts.length === 0 ? [{ text: "*", span: app.name.span }] : app.hosts;
    for (const host of own) {
      const message =
        host.text === "*" ? "two apps take every host" : `host ${quoted(host.text)} belongs to two apps`;
      once(hosts, host.text.toLowerCase(), host.span, report, message);
    }
  }
}

function once(seen: Map<string, Span>, key: string, span: Span, report: Report, message: string): boolean {
  const first = seen.get(key);
  if (first) report.add("N009", span, message, { related: [{ span: first, message: "first given here" }] });
  else seen.set(key, span);
  return first === undefined;
}
