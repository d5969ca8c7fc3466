/** N002, N013, S010, T003: a front is known by its networks, and vouches for what there is a word for. */
import type { FrontNode } from "../ast.ts";
import { parseListEntry } from "../list-entry.ts";
import { frontFacts } from "../lower-app.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

/** Reports fronts without networks, and facts that no front can state. */
export const fronts: Rule = (program, report) => {
  for (const front of program.of("app").flatMap((app) => app.fronts)) {
    checkNetworks(front, program, report);
    for (const { fact } of front.facts) {
      if (frontFacts.some((name) => name === fact.text)) continue;
      const help = () => didYouMean(fact.text, frontFacts) ?? `a front states ${frontFacts.join(", ")}`;
      report.add("N013", fact.span, `a front cannot state ${quoted(fact.text)}`, { help });
    }
  }
};

function checkNetworks({ from }: FrontNode, program: Program, report: Report): void {
  if (!("kind" in from)) {
    for (const value of from) {
      if (parseListEntry("cidr", value.text) !== undefined) continue;
      report.add("S010", value.span, `${quoted(value.text)} is no network`, {
        help: "such as `192.0.2.0/24`",
      });
    }
    return;
  }
  const list = program.lists.get(from.text);
  if (!list) {
    const help = () => didYouMean(from.text, program.lists.keys());
    report.add("N002", from.span, `unknown list ${quoted(from.text)}`, { help });
  } else if (list.type.text !== "cidr" && list.type.text !== "ip") {
    const message = `a front is known by networks, but list ${quoted(from.text)} holds ${list.type.text}`;
    const related = [{ span: list.type.span, message: "the list's type" }];
    report.add("T003", from.span, message, { related });
  }
}
