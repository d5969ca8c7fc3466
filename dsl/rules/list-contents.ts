/** N011, T006, L001 to L004: lists hold entries of their type, and files are where they should be. */
import type { ListNode } from "../ast.ts";
import { isListType, listTypeNames, maxListEntries, parseListEntry } from "../list-entry.ts";
import { parseListFile } from "../list-file.ts";
import { listFileOf } from "../list-options.ts";
import type { ListType } from "../policy-ir.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

const shownBadLines = 5;

/** Reports unknown list types, bad entries, and files that are missing, outside the folder or too large. */
export const listContents: Rule = (program, report) => {
  for (const list of program.of("list")) {
    const type = list.type.text;
    if (!isListType(type)) {
      const help = () => didYouMean(type, listTypeNames()) ?? `types are ${listTypeNames().join(", ")}`;
      report.add("N011", list.type.span, `unknown list type ${quoted(type)}`, { help });
    } else if (list.file) checkFile(list, type, program, report);
    else checkValues(list, type, report);
  }
};

function checkValues(list: ListNode, type: ListType, report: Report): void {
  for (const value of list.values ?? []) {
    const entry = value.kind === "text" && type === "asn" ? undefined : parseListEntry(type, value.text);
    if (entry !== undefined && (type !== "text" || value.kind === "text" || value.kind === "word")) continue;
    report.add("T006", value.span, `${quoted(value.text)} is no ${type}`);
  }
  if ((list.values?.length ?? 0) > maxListEntries) tooLarge(list, report);
}

function checkFile(list: ListNode, type: ListType, program: Program, report: Report): void {
  const file = list.file;
  if (!file) return;
  if (!isInside(file.text)) {
    const help = "name a file below the policies folder, such as `lists/office.txt`";
    report.add("L002", file.span, `${quoted(file.text)} is outside the policies folder`, { help });
    return;
  }
  const text = program.listPort.read(file.text);
  if (text === undefined) {
    report.add("L001", file.span, `there is no list file ${quoted(file.text)}`);
    return;
  }
  const { format, max } = listFileOf(list, file.text);
  const { entries, badLines } = parseListFile(type, text, format, max);
  for (const { line, text: entry } of badLines.slice(0, shownBadLines)) {
    report.add("L003", file.span, `line ${line} of ${quoted(file.text)}: ${quoted(entry)} is no ${type}`);
  }
  if (badLines.length > shownBadLines) {
    const more = badLines.length - shownBadLines;
    report.add("L003", file.span, `${more} more bad lines in ${quoted(file.text)}`);
  }
  if (entries.length > max) tooLarge(list, report, max);
}

function tooLarge(list: ListNode, report: Report, most = maxListEntries): void {
  report.add("L004", list.name.span, `list ${quoted(list.name.text)} has more than ${most} entries`);
}

function isInside(name: string): boolean {
  if (name === "" || name.startsWith("/") || name.includes("\\") || name.includes("\0")) return false;
  return !name.split("/").includes("..") && !/^[A-Za-z]:/.test(name);
}
