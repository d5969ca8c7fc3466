/** S005: how long a measure looks back. */
import { parseDuration } from "../duration.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const shortest = 1000;
const longest = 7 * 86_400_000;

/** Reports windows that are no duration, or too short or long to keep. */
export const measureWindows: Rule = (program, report) => {
  for (const { window } of program.of("measure")) {
    if (!window) continue;
    const ms = parseDuration(window.text);
    if (ms === undefined) {
      report.add("S005", window.span, `${quoted(window.text)} is no duration`, {
        help: "units are ms, s, m, h and d",
      });
    } else if (ms < shortest || ms > longest) {
      report.add("S005", window.span, `a window of ${quoted(window.text)} is out of range`, {
        help: "1s to 7d",
      });
    }
  }
};
