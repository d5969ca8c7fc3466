/** What a list says of its file. */
import type { ListNode, ListOptionNode } from "./ast.ts";
import { parseDuration } from "./duration.ts";
import { maxListEntries } from "./list-entry.ts";
import type { ListFileIr, ListFormat } from "./policy-ir.ts";

/** The formats' names. */
export const listFormats = ["plain", "csv", "netset"] as const;

/** Shortest and longest `refresh`, ms. */
export const refreshBounds = { least: 10_000, most: 7 * 86_400_000 } as const;

/** The option of a kind; the last one of several counts. */
function listOption<K extends ListOptionNode["kind"]>(
  node: ListNode,
  kind: K,
): Extract<ListOptionNode, { kind: K }> | undefined {
  return node.options.findLast((one): one is Extract<ListOptionNode, { kind: K }> => one.kind === kind);
}

/** How a list's file is to be read, as far as that makes sense. */
export function listFileOf(node: ListNode, file: string): ListFileIr {
  const refresh = listOption(node, "refresh");
  return {
    file,
    format: formatOf(node),
    max: Math.min(listOption(node, "max")?.entries.value || maxListEntries, maxListEntries),
    refreshMs: refresh && parseDuration(refresh.every.text),
  };
}

function formatOf(node: ListNode): ListFormat {
  const option = listOption(node, "format");
  if (option?.format.text === "csv") return { kind: "csv", column: Math.max(option.column?.value ?? 1, 1) };
  return { kind: option?.format.text === "netset" ? "netset" : "plain" };
}
