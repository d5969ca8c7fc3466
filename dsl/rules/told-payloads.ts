/**
 * N001, N060, N061, S012, S062, S065, T007: calls and alerts go to somebody, and say what there is to say. Nobody can
 * make Sallyport reset a stranger's password: who a request speaks for is told only as `account`, which a success proves.
 */
import {
  type AtRiskNode,
  clauseOf,
  type EffectNode,
  type JsonNode,
  type PolicyNode,
  type SubjectNode,
} from "../ast.ts";
import { coveredRoutes } from "../covered-routes.ts";
import { accountField, payloadPairs } from "../lower-tells.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { resolveTarget } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

/** Reports unknown webhooks and channels, and bodies of calls that cannot be made or must not be. */
export const toldPayloads: Rule = (program, report) => {
  const identities = identitySources(program);
  const check = (node: JsonNode) => checkJson(node, program, identities, report);
  for (const { payload } of program.of("webhook")) if (payload) check(payload);
  for (const app of program.of("app")) {
    for (const setting of app.settings) {
      if (setting.kind === "atRisk") checkAtRisk(setting, app.name.text, program, report, check);
    }
  }
  for (const policy of program.of("policy")) {
    for (const effect of clauseOf(policy, "then")?.effects ?? []) {
      if (effect.kind === "alert" && !program.channels.has(effect.channel.text)) {
        const help = () => didYouMean(effect.channel.text, program.channels.keys());
        report.add("N061", effect.channel.span, `unknown channel ${quoted(effect.channel.text)}`, { help });
      }
      if (effect.kind !== "webhook") continue;
      if (!program.webhooks.has(effect.webhook.text)) {
        const help = () => didYouMean(effect.webhook.text, program.webhooks.keys());
        report.add("N060", effect.webhook.span, `unknown webhook ${quoted(effect.webhook.text)}`, { help });
      }
      if (effect.payload) check(effect.payload);
      checkProof(policy, effect, program, report);
    }
  }
};

function checkAtRisk(
  { calls, channels, span }: AtRiskNode,
  app: string,
  program: Program,
  report: Report,
  check: (node: JsonNode) => void,
): void {
  for (const channel of channels) {
    if (program.channels.has(channel.text)) continue;
    const help = () => didYouMean(channel.text, program.channels.keys());
    report.add("N061", channel.span, `unknown channel ${quoted(channel.text)}`, { help });
  }
  for (const { webhook, payload } of calls) {
    if (!program.webhooks.has(webhook.text)) {
      const help = () => didYouMean(webhook.text, program.webhooks.keys());
      report.add("N060", webhook.span, `unknown webhook ${quoted(webhook.text)}`, { help });
    }
    if (payload) check(payload);
  }
  if (provesAccount(app, program)) return;
  const help = "declare `outcome login … success …` and what `identify`s the username";
  report.add("S062", span, "no account is ever proven here: the app reports no `login.success`", { help });
}

/** What apps read usernames from, and what is a secret of the client's. */
interface Identities {
  readonly claimed: ReadonlySet<string>;
  readonly secret: ReadonlySet<string>;
}

function identitySources(program: Program): Identities {
  const claimed = new Set(["username", "account.as_written"]);
  const secret = new Set(["session", "device_cookie", "header.authorization", "header.cookie"]);
  for (const { what, sources } of program.of("app").flatMap((app) => app.identify)) {
    for (const { subject } of sources) (what === "username" ? claimed : secret).add(subject.text);
  }
  return { claimed, secret };
}

function checkJson(node: JsonNode, program: Program, identities: Identities, report: Report): void {
  switch (node.kind) {
    case "scalar":
      return;
    case "fake":
      report.add("S065", node.span, "nobody is told made-up values", { help: "write a text, or a field" });
      return;
    case "field":
      return checkField(node.subject, program, identities, report);
    case "array":
      for (const item of node.items) checkJson(item, program, identities, report);
      return;
    case "object": {
      const keys = new Set<string>();
      for (const { key, value } of node.pairs) {
        if (keys.has(key.text)) report.add("S012", key.span, `the key ${quoted(key.text)} is given twice`);
        keys.add(key.text);
        checkJson(value, program, identities, report);
      }
    }
  }
}

function checkField(
  { text, span }: SubjectNode,
  program: Program,
  { claimed, secret }: Identities,
  report: Report,
): void {
  if (claimed.has(text)) {
    const help = "write `account`: whose session it is, or who signs in once that has succeeded";
    report.add("S062", span, `anybody may write any ${quoted(text)}: nobody must be called about it`, {
      help,
    });
  } else if (secret.has(text)) {
    report.add("S065", span, `${quoted(text)} is the client's secret, which nobody is told`);
  } else if (!program.fields.find(text)) {
    const known = program.subject(text);
    const help = () => didYouMean(text, program.fields.names());
    if (known) report.add("T007", span, `${quoted(text)} is a ${known.kind}; calls are made of fields`);
    else report.add("N001", span, `unknown field ${quoted(text)}`, { help });
  }
}

/** An account is proven by `login.success`, by itself or through the session that it opens. */
function checkProof(
  policy: PolicyNode,
  effect: Extract<EffectNode, { kind: "webhook" }>,
  program: Program,
  report: Report,
): void {
  if (!isAboutAccount(effect, program)) return;
  const routes = policy.targets.flatMap((target) => {
    const resolved = resolveTarget(program, target, false);
    return "code" in resolved ? [] : coveredRoutes(program, resolved.target);
  });
  if (routes.length === 0 || routes.some((route) => provesAccount(route.split(".")[0] ?? "", program)))
    return;
  const help = "declare `outcome login … success …` and what `identify`s username and session";
  report.add("S062", effect.span, "no account is ever proven here: its apps report no `login.success`", {
    help,
  });
}

/** Whether a call's body names the account. */
export function isAboutAccount(effect: Extract<EffectNode, { kind: "webhook" }>, program: Program): boolean {
  const names = (node: JsonNode): boolean => {
    if (node.kind === "field") return node.subject.text === accountField;
    if (node.kind === "array") return node.items.some(names);
    return node.kind === "object" && node.pairs.some(({ value }) => names(value));
  };
  return (payloadPairs(effect, program) ?? []).some(({ value }) => names(value));
}

function provesAccount(name: string, program: Program): boolean {
  const app = program.apps.get(name);
  const isReported = app?.outcomes.some(
    ({ event, cases }) => event.text === "login" && cases.some((one) => one.kind === "success"),
  );
  return isReported === true && app?.identify.some(({ what }) => what === "username") === true;
}
