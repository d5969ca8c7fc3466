/** W040: whoever sits before an origin that is not verified can read and change everything, so that is never said in silence. */
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports origins whose certificate is not verified. */
export const unverifiedOrigins: Rule = (program, report) => {
  for (const { text, options } of program.of("app").flatMap((app) => app.origins)) {
    const insecure = options.find((option) => option.kind === "insecure");
    if (!insecure) continue;
    const help = 'name its authority instead: `ca "certs/ca.pem"`';
    report.add("W040", insecure.span, `the certificate of ${quoted(text)} is not verified`, { help });
  }
};
