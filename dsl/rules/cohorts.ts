/** S009, S071, S072, S005, N010: who counts as known to be good must not be what an attacker can pretend to be. */
import type { CohortNode } from "../ast.ts";
import { parseDuration } from "../duration.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { resolveTarget } from "../resolve-target.ts";
import { knownGoodName, longestLaterMs, trafficName } from "../safety-bounds.ts";
import { quoted } from "../source-file.ts";
import { restsOnClaims } from "./exemptions.ts";
import type { Rule } from "./rule.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Reports cohorts of everybody, of whoever says so, and of people who are known too late. */
export const cohorts: Rule = (program, report) => {
  for (const node of program.of("cohort")) {
    const { name, conditions, later } = node;
    if (name.text === trafficName) {
      const help = "in a cap it stands for all requests of the policy's target";
      report.add("N010", name.span, `a cohort cannot be called ${quoted(name.text)}`, { help });
    }
    for (const { within } of later) checkWithin(within, report);
    if (conditions.length === 0 && later.length === 0) {
      if (!report.hasSyntaxErrors(name.span.file)) report.add("S009", name.span, "`cohort` is empty");
      continue;
    }
    if (name.text === knownGoodName && later[0]) {
      const help = "give it another name and use that in a `cap`";
      const message = `\`${knownGoodName}\` decides who is spared at once: what happens later comes too late`;
      report.add("S072", later[0].span, message, { help });
    } else if (!isProven(node, program) && restsOnClaims(conditions, program)) {
      const help =
        "add something observed: a memory that is `known`, an address, or `later … .success within …`";
      const message = `cohort ${quoted(name.text)} rests on what the client merely claims: attackers would count as good people and lift the cap`;
      report.add("S071", name.span, message, { help });
    }
  }
};

function checkWithin({ text, span }: CohortNode["later"][number]["within"], report: Report): void {
  const ms = parseDuration(text);
  if (ms === undefined) {
    report.add("S005", span, `${quoted(text)} is no duration`, { help: "units are ms, s, m, h and d" });
  } else if (ms < minuteMs || ms > longestLaterMs) {
    const help = `1m to ${longestLaterMs / dayMs}d`;
    report.add("S005", span, `\`within ${text}\` is out of range`, { help });
  }
}

function isProven({ later }: CohortNode, program: Program): boolean {
  return later.some(({ target }) => {
    const resolved = resolveTarget(program, target, true);
    return !("code" in resolved) && resolved.outcomes?.length === 1 && resolved.outcomes[0] === "success";
  });
}
