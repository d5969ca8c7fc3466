/** Which routes a target covers, by name; for checks, before anything is linked. */
import type { TargetIr } from "./policy-ir.ts";
import type { Program } from "./program.ts";

/** The covered routes as `app.route`; requests that match no route of an app stand as `app.`. */
export function coveredRoutes(program: Program, target: TargetIr): string[] {
  const covered: string[] = [];
  for (const app of program.apps.values()) {
    const appName = app.name.text;
    const appTags = app.tags.map((tag) => tag.text);
    const isWhole =
      target.kind === "everything" ||
      (target.kind === "app" && target.app === appName) ||
      (target.kind === "tagged" && appTags.includes(target.tag));
    if (isWhole) covered.push(`${appName}.`);
    for (const route of app.routes) {
      const isNamed = target.kind === "route" && target.app === appName && target.route === route.name.text;
      const isTagged = target.kind === "tagged" && route.tags.some((tag) => tag.text === target.tag);
      if (isWhole || isNamed || isTagged) covered.push(`${appName}.${route.name.text}`);
    }
  }
  return covered;
}
