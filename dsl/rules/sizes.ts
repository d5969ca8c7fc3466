/** L005: limits on what one set may declare, so that no file can exhaust the process. */
import type { Declaration } from "../ast.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";

const limits: Readonly<Record<Declaration["kind"], number>> = {
  app: 1000,
  list: 5000,
  fingerprint: 5000,
  measure: 1000,
  response: 5000,
  policy: 20_000,
  remember: 1000,
  sequence: 1000,
  cohort: 100,
  webhook: 1000,
  channel: 1000,
  smtp: 1,
  test: 20_000,
};

const mostRoutes = 10_000;

/** Reports more declarations of a kind, or more routes of an app, than a set may have; true if there are. Runs before all rules. */
export function sizes(program: Program, report: Report): boolean {
  let isTooLarge = false;
  const counts = new Map<Declaration["kind"], number>();
  for (const node of program.declarations) {
    const count = (counts.get(node.kind) ?? 0) + 1;
    counts.set(node.kind, count);
    if (count === limits[node.kind] + 1) {
      isTooLarge = true;
      report.add("L005", node.name.span, `more than ${limits[node.kind]} declarations of \`${node.kind}\``);
    }
    const extra = node.kind === "app" ? node.routes[mostRoutes] : undefined;
    if (extra) {
      isTooLarge = true;
      report.add("L005", extra.name.span, `more than ${mostRoutes} routes in one app`);
    }
  }
  return isTooLarge;
}
