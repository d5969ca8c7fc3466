/** S033, S005: what is said of a list's file can be done. */
import type { ListNode, ListOptionNode } from "../ast.ts";
import { parseDuration } from "../duration.ts";
import { maxListEntries } from "../list-entry.ts";
import { listFormats, refreshBounds } from "../list-options.ts";
import type { Report } from "../report.ts";
import { quoted, type Span } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

const mostColumns = 1000;

/** Reports options given twice, unknown formats, and numbers out of range. */
export const listOptions: Rule = (program, report) => {
  for (const list of program.of("list")) {
    const seen = new Map<string, Span>();
    for (const option of list.options) {
      const first = seen.get(option.kind);
      if (first) {
        const related = [{ span: first, message: "first given here" }];
        report.add("S033", option.span, `\`${option.kind}\` is given twice`, { related });
        continue;
      }
      seen.set(option.kind, option.span);
      check(option, list, report);
    }
  }
};

function check(option: ListOptionNode, list: ListNode, report: Report): void {
  switch (option.kind) {
    case "format":
      checkFormat(option, list.type.text, report);
      return;
    case "refresh": {
      const ms = parseDuration(option.every.text);
      if (ms !== undefined && ms >= refreshBounds.least && ms <= refreshBounds.most) return;
      const message = `a refresh every ${quoted(option.every.text)} is out of range`;
      report.add("S005", option.every.span, message, { help: "10s to 7d" });
      return;
    }
    case "max": {
      const { value, span } = option.entries;
      if (value >= 1 && value <= maxListEntries) return;
      const help = `1 to ${maxListEntries}`;
      report.add("S005", span, `a list of at most ${value} entries is out of range`, { help });
    }
  }
}

function checkFormat(
  { format, column, span }: Extract<ListOptionNode, { kind: "format" }>,
  type: string,
  report: Report,
): void {
  if (!listFormats.some((known) => known === format.text)) {
    const help = () => didYouMean(format.text, listFormats) ?? `formats are ${listFormats.join(", ")}`;
    report.add("S033", format.span, `unknown list format ${quoted(format.text)}`, { help });
  } else if (format.text === "csv") {
    if (!column) {
      const help = "write `format csv column 1`";
      report.add("S033", span, "which column of the file holds the entries?", { help });
    } else if (column.value < 1 || column.value > mostColumns) {
      report.add("S005", column.span, `there is no column ${column.value}`, { help: "1 is the first" });
    }
  } else if (column) {
    report.add("S033", column.span, `a ${format.text} file has no columns`);
  } else if (format.text === "netset" && type !== "cidr" && type !== "ip") {
    const help = "a netset holds addresses and networks: `list NAME: cidr from …`";
    report.add("S033", format.span, `a list of ${type} is no netset`, { help });
  }
}
