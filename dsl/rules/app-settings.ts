/** P015, S005, S041: what an app says once, and the shares of its origins. */
import type { AppNode, DeviceCookieNode } from "../ast.ts";
import { parseDuration } from "../duration.ts";
import { provingEvents } from "../proving-events.ts";
import type { Report } from "../report.ts";
import { quoted, type Span } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const words = {
  fail: "fail",
  pathCase: "case",
  ambiguous: "ambiguous",
  lock: "lock",
  health: "health",
  waits: "waits",
  deviceCookie: "device_cookie",
  atRisk: "at_risk",
} as const;
const heaviest = 1000;

/** Reports settings given twice, and weights out of range. */
export const appSettings: Rule = (program, report) => {
  for (const app of program.of("app")) {
    checkTwice(app, report);
    for (const setting of app.settings)
      if (setting.kind === "deviceCookie") checkDevices(app, setting, report);
    for (const { weight } of app.origins) {
      if (!weight || (weight.value >= 0 && weight.value <= heaviest)) continue;
      report.add("S005", weight.span, "a weight is a number from 0 to 1000");
    }
    const last = app.origins.at(-1);
    if (last?.weight && app.origins.every(({ weight }) => weight?.value === 0)) {
      report.add("S005", last.weight.span, "every origin has the weight 0, so that none gets requests");
    }
  }
};

// RFC 6265 §4.1.1: a cookie's name is a token.
const cookieName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
const dayMs = 86_400_000;
/** RFC 6265bis §5.5: browsers keep no cookie for longer. */
const mostDays = 400;

function checkDevices(app: AppNode, { name, duration, span }: DeviceCookieNode, report: Report): void {
  if (!cookieName.test(name.text)) {
    report.add("S041", name.span, `${quoted(name.text)} cannot be the name of a cookie`, {
      help: "up to 64 letters, digits, `-` and `_`, such as `device`",
    });
  } else if (readsCookie(app, name.text)) {
    const help = "the origin never sees the device cookie: give it a name of its own";
    report.add("S041", name.span, `the app reads the cookie ${quoted(name.text)} as its own`, { help });
  }
  const ms = parseDuration(duration.text);
  if (ms === undefined || ms < dayMs || ms > mostDays * dayMs) {
    report.add("S005", duration.span, `${quoted(duration.text)} is out of range for a device`, {
      help: `1d to ${mostDays}d`,
    });
  }
  const proves = app.outcomes.some(
    ({ event, cases }) => provingEvents.includes(event.text) && cases.some(({ kind }) => kind === "success"),
  );
  if (!proves || app.identify.every(({ what }) => what !== "username")) {
    report.add("S041", span, "no device ever gets this cookie", {
      help: "it is given after `login.success`: the app needs `identify username` and `outcome login success`",
    });
  }
}

/** Identities of the request and of the answer alike. */
function readsCookie({ identify }: AppNode, name: string): boolean {
  return identify.some(({ sources }) => sources.some(({ subject }) => cookiesOf(subject.text) === name));
}

function cookiesOf(subject: string): string | undefined {
  return subject.startsWith("cookie.") ? subject.slice("cookie.".length) : undefined;
}

function checkTwice(app: AppNode, report: Report): void {
  const seen = new Map<string, Span>();
  for (const { kind, span } of app.settings) {
    const first = seen.get(kind);
    if (first) {
      const related = [{ span: first, message: "first given here" }];
      report.add("P015", span, `\`${words[kind]}\` is given twice`, { related });
    } else seen.set(kind, span);
  }
  for (const { what, span } of app.identify) {
    const first = seen.get(`identify ${what}`);
    if (first) {
      const related = [{ span: first, message: "first given here" }];
      const help = "write the sources on one line, the first that is there counts: `body.email | body.user`";
      report.add("P015", span, `\`identify ${what}\` is given twice`, { related, help });
    } else seen.set(`identify ${what}`, span);
  }
}
