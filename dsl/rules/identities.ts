/** N001, N012, T008: who a request speaks for is read from text that the request or its answer carries. */
import type { IdentifyNode, IdentitySourceNode } from "../ast.ts";
import { normalisations } from "../lower-app.ts";
import { responseSubject } from "../lower-outcome.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

const identityNames = new Set(["username", "session", "account"]);

/** Reports sources of identities that are unknown or no text, and ways to normalise that there are not. */
export const identities: Rule = (program, report) => {
  for (const app of program.of("app")) {
    for (const identify of app.identify) {
      for (const source of identify.sources) checkSource(source, identify, program, report);
      checkNormalise(identify, report);
    }
  }
};

function checkSource(
  { subject, from, isEach, span }: IdentitySourceNode,
  { what }: IdentifyNode,
  program: Program,
  report: Report,
): void {
  if (from === "response") {
    const help =
      "an answer issues a session in `response header NAME`, `response cookie NAME` or `response body.NAME`";
    const part = responseSubject(subject.text);
    if (what === "session" && part && subject.text !== "body" && !isEach) return;
    const message =
      what === "session"
        ? `an answer issues no session in ${quoted(subject.text)}`
        : `no ${what} is read from answers`;
    report.add("T008", span, message, { help });
    return;
  }
  const field = program.fields.find(subject.text);
  if (!field) {
    const help = () => didYouMean(subject.text, program.fields.names());
    report.add("N001", subject.span, `unknown field ${quoted(subject.text)}`, { help });
  } else if ((field.row.type !== "text" && field.row.type !== "scalar") || identityNames.has(subject.text)) {
    const help = "identities come from `body.NAME`, `query.NAME`, `header NAME` or `cookie NAME`";
    report.add("T008", subject.span, `${quoted(subject.text)} cannot identify anybody`, { help });
  } else if (isEach && (what !== "username" || !field.row.bindEach)) {
    const help = "`each` reads the usernames of a batch: `username = each body.LIST.NAME`";
    report.add("T008", span, `there is no \`each\` of ${quoted(subject.text)} as a ${what}`, { help });
  }
}

function checkNormalise({ what, normalise }: IdentifyNode, report: Report): void {
  for (const way of normalise) {
    const isKnown = normalisations.some((word) => word === way.text);
    if (isKnown && what === "username") continue;
    const message = isKnown ? `a ${what} is taken as it is` : `unknown way to normalise: ${quoted(way.text)}`;
    const help = isKnown
      ? "only usernames are normalised"
      : () => didYouMean(way.text, normalisations) ?? `there are ${normalisations.join(", ")}`;
    report.add("N012", way.span, message, { help });
  }
}
