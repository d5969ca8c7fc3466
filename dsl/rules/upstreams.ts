/** P015, S005, S040: what an app says of its way to its origins can be done. */
import type { HealthNode, LockNode, NameNode, NumberNode, OriginNode, WaitsNode } from "../ast.ts";
import { parseDuration } from "../duration.ts";
import type { Report } from "../report.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";

const second = 1000;
const hour = 3_600_000;
const waitBounds = {
  connect: { least: 100, most: 60 * second, help: "100ms to 1m" },
  answer: { least: 100, most: hour, help: "100ms to 1h" },
  body: { least: 100, most: hour, help: "100ms to 1h" },
  tunnel: { least: second, most: 24 * hour, help: "1s to 24h" },
  every: { least: second, most: hour, help: "1s to 1h" },
  timeout: { least: 100, most: 60 * second, help: "100ms to 1m" },
} as const;
const mostChecks = 100;
const healthMethods = ["GET", "HEAD", "OPTIONS"];

// The fields that say where a message ends, where it goes and who is asked; and those that are written anew.
const notLocks =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|keep-alive|expect|via|forwarded|x-forwarded-.*|cookie|authorization|sallyport-.*)$/i;

/** Reports options that exclude or want each other, and times and numbers out of range. */
export const upstreams: Rule = (program, report) => {
  for (const app of program.of("app")) {
    for (const origin of app.origins) checkOrigin(origin, report);
    for (const setting of app.settings) {
      if (setting.kind === "lock") checkLock(setting, report);
      else if (setting.kind === "health") checkHealth(setting, report);
      else if (setting.kind === "waits") checkWaits(setting, report);
    }
  }
};

function checkOrigin({ text, options }: OriginNode, report: Report): void {
  const isTls = text.startsWith("https:");
  const seen = new Set<string>();
  for (const option of options) {
    const { kind, span } = option;
    if (seen.has(kind)) report.add("P015", span, `\`${kind}\` is given twice`);
    seen.add(kind);
    if (kind !== "weight" && !isTls) {
      report.add("S040", span, `\`${kind}\` means something only for an https origin`);
    }
    if (kind === "sni" && !/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(option.value.text)) {
      report.add("S040", option.value.span, `${quoted(option.value.text)} is no host name`);
    }
  }
  if (!isTls) return;
  const spanOf = (kind: string) => options.find((option) => option.kind === kind)?.span;
  const [certificate, key, insecure] = [spanOf("certificate"), spanOf("key"), spanOf("insecure")];
  if (certificate && !key) report.add("S040", certificate, "this certificate has no `key` beside it");
  if (key && !certificate) report.add("S040", key, "this key has no `certificate` beside it");
  if (insecure && seen.has("ca")) {
    report.add("S040", insecure, "`insecure` asks for no verification, `ca` for one");
  }
}

function checkLock({ header }: LockNode, report: Report): void {
  if (!notLocks.test(header.text)) return;
  report.add("S040", header.span, `${quoted(header.text)} has a meaning of its own and cannot be the lock`, {
    help: "such as `X-Sallyport-Key`",
  });
}

function checkHealth(node: HealthNode, report: Report): void {
  if (!healthMethods.includes(node.method.text.toUpperCase())) {
    const help = `one of ${healthMethods.join(", ")}`;
    report.add("S040", node.method.span, `a health check cannot be ${quoted(node.method.text)}`, { help });
  }
  checkTime("every", node.every, report);
  checkTime("timeout", node.timeout, report);
  checkCount(node.rise, report);
  checkCount(node.fall, report);
}

function checkWaits({ waits }: WaitsNode, report: Report): void {
  const seen = new Set<string>();
  for (const { what, duration } of waits) {
    if (seen.has(what)) report.add("P015", duration.span, `\`${what}\` is given twice`);
    seen.add(what);
    checkTime(what, duration, report);
  }
}

function checkTime(what: keyof typeof waitBounds, duration: NameNode | undefined, report: Report): void {
  if (!duration) return;
  const { least, most, help } = waitBounds[what];
  const ms = parseDuration(duration.text);
  if (ms !== undefined && ms >= least && ms <= most) return;
  report.add("S005", duration.span, `\`${what}\` of ${quoted(duration.text)} is out of range`, { help });
}

function checkCount(count: NumberNode | undefined, report: Report): void {
  if (!count || (count.value >= 1 && count.value <= mostChecks)) return;
  report.add("S005", count.span, `${count.value} checks in a row are out of range`, {
    help: `1 to ${mostChecks}`,
  });
}
