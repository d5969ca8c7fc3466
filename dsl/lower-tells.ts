/** Webhooks, channels and what policies tell, to IR. */

import type {
  ChannelNode,
  EffectNode,
  JsonNode,
  KeyNode,
  NameNode,
  SecretNode,
  SmtpNode,
  WebhookNode,
} from "./ast.ts";
import { parseDuration } from "./duration.ts";
import { joinTexts } from "./join-texts.ts";
import { type ConditionLowering, invariant } from "./lower-condition.ts";
import type { AtRiskIr, SecretIr } from "./policy-ir.ts";
import type { Program } from "./program.ts";
import {
  type ChannelIr,
  channelTypes,
  type OnceIr,
  type PayloadPartIr,
  type SmtpIr,
  type TellIr,
  type WebhookIr,
} from "./tell-ir.ts";

type Fields = Pick<ConditionLowering, "field">;

const dayMs = 86_400_000;

/** The field whose value is only told of those who have proven it. */
export const accountField = "account";

/** Lowers a webhook; what its calls say is lowered with each policy that makes them. */
export function lowerWebhook(node: WebhookNode): WebhookIr {
  const { name, method, url, secret } = node;
  return {
    name: name.text,
    method: method.text === "PUT" ? "PUT" : "POST",
    url: "from" in url ? lowerSecret(url) : url.text,
    secret: secret && lowerSecret(secret),
  };
}

/** Lowers a channel. */
export function lowerChannel({ name, type, to }: ChannelNode): ChannelIr {
  return {
    name: name.text,
    type: invariant(
      channelTypes.find((one) => one === type.text),
      type.text,
    ),
    to: "from" in to ? lowerSecret(to) : to.map((one) => one.text),
  };
}

/** Lowers the mail server. */
export function lowerSmtp({ url, sender, user, secret }: SmtpNode): SmtpIr {
  return {
    url: url.text,
    sender: invariant(sender, "sender").text,
    user: user?.text,
    secret: secret && lowerSecret(secret),
  };
}

/** What a policy's effects tell, in their order. */
export function lowerTells(effects: readonly EffectNode[], program: Program, fields: Fields): TellIr[] {
  return effects.flatMap((effect): TellIr[] => {
    if (effect.kind === "webhook") return [lowerCall(effect, program, fields)];
    if (effect.kind !== "alert") return [];
    const { channel, severity = "medium", oncePer, every } = effect;
    return [{ kind: "alert", name: channel.text, severity, once: lowerOnce(oncePer, every, fields) }];
  });
}

/** What is told of an account at risk; it is made once an incident, so that it has no `once` of its own. */
export function lowerRiskCall(
  call: { readonly webhook: NameNode; readonly payload: JsonNode | undefined },
  program: Program,
  fields: Fields,
): NonNullable<AtRiskIr["call"]> {
  const pairs = payloadPairs(call, program);
  const span = call.webhook.span;
  return {
    webhook: call.webhook.text,
    payload: pairs && joinTexts(jsonParts({ kind: "object", pairs, span }, fields)),
  };
}

/** A call's body is the declaration's with the keys of the effect; one about an account is made once a day for each unless the policy says otherwise. */
function lowerCall(
  effect: Extract<EffectNode, { kind: "webhook" }>,
  program: Program,
  fields: Fields,
): TellIr {
  const pairs = payloadPairs(effect, program);
  const payload = pairs && joinTexts(jsonParts({ kind: "object", pairs, span: effect.span }, fields));
  const isAboutAccount = [...(payload ?? [])].some(
    (part) => typeof part !== "string" && part.field === accountField,
  );
  const said = lowerOnce(effect.oncePer, effect.every, fields);
  const once = said ?? (isAboutAccount ? { by: [fields.field(accountField)], everyMs: dayMs } : undefined);
  return { kind: "webhook", name: effect.webhook.text, payload, isAboutAccount, once };
}

type Pairs = Extract<JsonNode, { kind: "object" }>["pairs"];

/** The keys of a call's body; undefined where neither the declaration nor the effect writes one. */
export function payloadPairs(
  { webhook, payload }: { readonly webhook: NameNode; readonly payload: JsonNode | undefined },
  program: Program,
): Pairs | undefined {
  const declared = program.webhooks.get(webhook.text)?.payload;
  const common = declared?.kind === "object" ? declared.pairs : undefined;
  const own = payload?.kind === "object" ? payload.pairs : undefined;
  if (!common || !own) return own ?? common;
  const written = new Map(own.map((pair) => [pair.key.text, pair]));
  const kept = common.map((pair) => written.get(pair.key.text) ?? pair);
  return [...new Set([...kept, ...own])];
}

function lowerOnce(key: KeyNode, every: NameNode | undefined, fields: Fields): OnceIr | undefined {
  if (key.length === 0 && !every) return undefined;
  const everyMs = every ? invariant(parseDuration(every.text), every.text) : dayMs;
  return { by: key.map((subject) => fields.field(subject.text)), everyMs };
}

function lowerSecret({ from, name }: SecretNode): SecretIr {
  return { from, name: name.text };
}

// Keys keep their order, as in responses.
function jsonParts(node: JsonNode, fields: Fields): PayloadPartIr[] {
  switch (node.kind) {
    case "scalar":
      return [JSON.stringify(node.value)];
    case "field":
      return [fields.field(node.subject.text)];
    case "fake":
      return ["null"];
    case "array":
      return ["[", ...node.items.flatMap((item, at) => [comma(at), ...jsonParts(item, fields)]), "]"];
    case "object":
      return [
        "{",
        ...node.pairs.flatMap(({ key, value }, at) => [
          `${comma(at)}${JSON.stringify(key.text)}:`,
          ...jsonParts(value, fields),
        ]),
        "}",
      ];
  }
}

function comma(at: number): string {
  return at === 0 ? "" : ",";
}
