/** What changed between two looks at the policies folder, and how long that may wait. */
import { relative } from "node:path";
import type { PolicyIr } from "../../dsl/index.ts";

/** Files that were added, removed or written between two signatures; absolute paths. */
export function changedFiles(before: string, after: string): string[] {
  const old = new Set(before.split("\n"));
  const fresh = new Set(after.split("\n"));
  const lines = [
    ...[...old].filter((line) => !fresh.has(line)),
    ...[...fresh].filter((line) => !old.has(line)),
  ];
  // A line is the path, then three numbers.
  return [
    ...new Set(lines.filter((line) => line !== "").map((line) => line.split(":").slice(0, -3).join(":"))),
  ];
}

/** How long after the last link a change takes effect, ms: a list's `refresh`; nothing waits that is no such list. */
export function waitOf(folder: string, path: string, ir: PolicyIr): number {
  const name = relative(folder, path);
  const waits = ir.lists.flatMap(({ source }) => {
    return "file" in source && source.file === name ? [source.refreshMs ?? 0] : [];
  });
  return waits.length === 0 ? 0 : Math.min(...waits);
}
