/** S008: a route's path is a template over canonical paths. */
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports paths that no canonical path can match. */
export const routePaths: Rule = (program, report) => {
  for (const app of program.of("app")) {
    for (const { path } of app.routes) {
      const problem = problemOf(path.text);
      if (problem)
        report.add("S008", path.span, `${quoted(path.text)} ${problem.what}`, { help: problem.help });
    }
  }
};

function problemOf(path: string): { what: string; help: string } | undefined {
  if (path.includes("?")) return { what: "has a query", help: "routes are matched on the path alone" };
  const segments = path.split("/").slice(1);
  const parameters = new Set<string>();
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === "" && !isLast)
      return { what: "has an empty segment", help: "canonical paths have no `//`" };
    if (segment === "." || segment === "..")
      return { what: "has a dot segment", help: "canonical paths have none" };
    if (segment === "*" && isLast) continue;
    if (segment.includes("*"))
      return { what: "has `*` inside", help: "`*` may only be the last segment, alone" };
    if (segment.includes("%")) return { what: "is percent-encoded", help: "write the path decoded" };
    if (!segment.startsWith(":")) continue;
    const name = segment.slice(1);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      return { what: `has the parameter \`${segment}\``, help: "parameters are named like `:code`" };
    }
    if (parameters.has(name))
      return { what: `has \`${segment}\` twice`, help: "give each parameter its own name" };
    parameters.add(name);
  }
  return undefined;
}
