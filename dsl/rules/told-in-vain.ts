/** W060 to W064: what is declared and never told, and what is promised and not done. */
import { clauseOf, type Declaration, type PolicyNode } from "../ast.ts";
import { coveredRoutes } from "../covered-routes.ts";
import type { Program } from "../program.ts";
import { resolveTarget } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import type { Rule } from "./rule.ts";
import { isAboutAccount } from "./told-payloads.ts";

const codes = { webhook: "W060", channel: "W061", smtp: "W062" } as const;

type Target = Extract<Declaration, { kind: keyof typeof codes }>;

/** Warns of webhooks, channels and mail servers that nothing uses, of calls that never come about, and of `adapt auto`. */
export const toldInVain: Rule = (program, report) => {
  const used = new Set<string>();
  for (const setting of program.of("app").flatMap(({ settings }) => settings)) {
    if (setting.kind !== "atRisk") continue;
    for (const { webhook } of setting.calls) used.add(`webhook ${webhook.text}`);
    for (const channel of setting.channels) used.add(`channel ${channel.text}`);
  }
  for (const policy of program.of("policy")) {
    const effects = clauseOf(policy, "then")?.effects ?? [];
    for (const effect of effects) {
      if (effect.kind === "alert") used.add(`channel ${effect.channel.text}`);
      if (effect.kind !== "webhook") continue;
      used.add(`webhook ${effect.webhook.text}`);
      const isStop = effects.some(
        ({ kind }) => kind === "block" || kind === "deceive" || kind === "ratelimit",
      );
      if (!isStop || !isAboutAccount(effect, program) || !isOnLoginsAlone(policy, program)) continue;
      const message = "this call is never made: a login that is stopped does not succeed";
      const help =
        "call from a policy that lets the request through, or from one on what comes after the login";
      report.add("W064", effect.span, message, { help });
    }
    const adapt = clauseOf(policy, "adapt");
    if (adapt?.isAuto) {
      const help = "it is kept, and does nothing yet";
      report.add("W063", adapt.span, `nothing adapts ${quoted(policy.name.text)} by itself`, { help });
    }
  }
  const mailed = program.of("channel").some(({ type }) => type.text === "email");
  for (const node of program.declarations) {
    if (!isTarget(node)) continue;
    const isUsed = node.kind === "smtp" ? mailed : used.has(`${node.kind} ${node.name.text}`);
    if (!isUsed) report.add(codes[node.kind], node.name.span, `${nameOf(node)} is not used`);
  }
};

function isTarget(node: Declaration): node is Target {
  return node.kind in codes;
}

function nameOf({ kind, name }: Target): string {
  return `${kind === "smtp" ? "mail server" : kind} ${quoted(name.text)}`;
}

function isOnLoginsAlone(policy: PolicyNode, program: Program): boolean {
  const routes = policy.targets.flatMap((target) => {
    const resolved = resolveTarget(program, target, false);
    return "code" in resolved ? [] : coveredRoutes(program, resolved.target);
  });
  return routes.length > 0 && routes.every((route) => isLogin(route, program));
}

function isLogin(route: string, program: Program): boolean {
  const [app = "", name = ""] = route.split(".");
  return (program.apps.get(app)?.outcomes ?? []).some(({ event, routes }) => {
    return event.text === "login" && (routes ?? [event]).some((one) => one.text === name);
  });
}
