/** S010: hosts and origins must be what a request can carry and a proxy can reach. */
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

/** Reports malformed hosts and origins. */
export const appAddresses: Rule = (program, report) => {
  for (const app of program.of("app")) {
    for (const host of app.hosts) {
      if (host.text === "*" || /^(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(host.text)) continue;
      const help = host.text.includes(":")
        ? "leave the port out"
        : "a host is a name, `*.example.com`, or `*`";
      report.add("S010", host.span, `${quoted(host.text)} is no host`, { help });
    }
    for (const origin of app.origins) {
      const problem = originProblem(origin.text);
      if (problem !== undefined) report.add("S010", origin.span, `${quoted(origin.text)} ${problem}`);
    }
  }
};

function originProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "is no URL";
  const url = new URL(text);
  if (url.protocol === "unix:") {
    return url.host === "" && url.pathname.length > 1 && url.search === "" && url.hash === ""
      ? undefined
      : "names no socket; write `unix:/run/app.sock`";
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return "is neither http nor https, nor a unix socket";
  if (url.username !== "" || url.password !== "")
    return "holds credentials, which do not belong into a policy";
  if ((url.pathname !== "/" && url.pathname !== "") || url.search !== "" || url.hash !== "")
    return "has a path; an origin is host and port";
  return undefined;
}
