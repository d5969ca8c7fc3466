/** What targets which routes, found without asking each route about each target. */
import type { TargetIr } from "../policy-ir.ts";

/** Things by their targets. */
export class TargetIndex<T> {
  private readonly byKey = new Map<string, T[]>();

  /** Adds a thing under a target. */
  add(target: TargetIr, thing: T): void {
    const key = keyOf(target);
    const things = this.byKey.get(key);
    if (things) things.push(thing);
    else this.byKey.set(key, [thing]);
  }

  /** The things whose targets cover a route, each once. */
  covering(app: string, route: string | undefined, tags: readonly string[]): T[] {
    const targets: TargetIr[] = [{ kind: "everything" }, { kind: "app", app }];
    if (route !== undefined) targets.push({ kind: "route", app, route });
    for (const tag of tags) targets.push({ kind: "tagged", tag });
    return [...new Set(targets.flatMap((target) => this.byKey.get(keyOf(target)) ?? []))];
  }
}

function keyOf(target: TargetIr): string {
  switch (target.kind) {
    case "everything":
      return "everything";
    case "app":
      return `app ${target.app}`;
    case "route":
      return `route ${target.app}.${target.route}`;
    case "tagged":
      return `tag ${target.tag}`;
  }
}
