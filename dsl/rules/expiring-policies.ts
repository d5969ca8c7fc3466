/** W030: an expiry never opens a hole without a word. */
import { clauseOf } from "../ast.ts";
import { endOfDay } from "../policy-date.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const noticeMs = 14 * 86_400_000;

/** Warns of enforced policies that have expired, or will within two weeks. */
export const expiringPolicies: Rule = (program, report) => {
  for (const policy of program.policies.values()) {
    const date = clauseOf(policy, "expires")?.date;
    const at = date && endOfDay(date.text);
    if (!date || at === undefined || at > program.now + noticeMs) continue;
    if ((clauseOf(policy, "mode")?.mode ?? "enforce") !== "enforce") continue;
    const name = quoted(policy.name.text);
    const message =
      at <= program.now
        ? `policy ${name} has expired: it stays in force only while it keeps matching`
        : `policy ${name} expires within two weeks`;
    report.add("W030", date.span, message, { help: "give it a later day, or remove it" });
  }
};
