/** N001, T008: who a request speaks for is read from text that the request carries. */
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

/** Reports sources of identities that are unknown, or no text. */
export const identities: Rule = (program, report) => {
  for (const app of program.of("app")) {
    for (const { subject: source } of app.identify.flatMap((identify) => identify.sources)) {
      const field = program.fields.find(source.text);
      if (!field) {
        const help = () => didYouMean(source.text, program.fields.names());
        report.add("N001", source.span, `unknown field ${quoted(source.text)}`, { help });
      } else if (field.row.type !== "text" || source.text === "username" || source.text === "session") {
        const help = "identities come from `body.NAME`, `query.NAME`, `header NAME` or `cookie NAME`";
        report.add("T008", source.span, `${quoted(source.text)} cannot identify anybody`, { help });
      }
    }
  }
};
