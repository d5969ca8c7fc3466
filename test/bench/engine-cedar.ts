/**
 * Cedar, through its own WebAssembly build, on a world's rules: each is a policy whose action is the route, the set is
 * parsed beforehand, and fields are read beforehand. Regular expressions cannot be said in it; lists of networks, which
 * it has no set for, are alternatives of ranges.
 */
import {
  type CedarValueJson,
  preparsePolicySet,
  statefulIsAuthorized,
} from "@cedar-policy/cedar-wasm/nodejs";
import type { Engine } from "./engine.ts";
import { identifier, type PeerContext } from "./peer-context.ts";
import type { Condition, RuleWorld, Sample } from "./rule-world.ts";

/** Whether all rules of a world can be said in Cedar. */
export function isCedarWorld(world: RuleWorld): boolean {
  return world.rules.every((rule) => rule.conditions.every(({ kind }) => kind !== "matches"));
}

/** Loads a world; `contexts` run parallel to `samples`. */
export function cedarEngine(
  world: RuleWorld,
  samples: readonly Sample[],
  contexts: readonly PeerContext[],
): Engine {
  const id = `world of ${world.rules.length}`;
  const staticPolicies = Object.fromEntries(
    world.rules.map((rule) => {
      const action = `Action::"${world.routes[rule.route]?.name}"`;
      const when = rule.conditions.map((condition) => conditionText(condition, world)).join(" && ");
      return [rule.name, `permit(principal, action == ${action}, resource) when { ${when} };`];
    }),
  );
  const parsed = preparsePolicySet(id, { staticPolicies });
  if (parsed.type === "failure") {
    throw new Error(
      `cedar does not parse the rules: ${parsed.errors.map(({ message }) => message).join(", ")}`,
    );
  }
  const decide = (sample: number) =>
    statefulIsAuthorized({
      principal: { type: "Client", id: "client" },
      action: { type: "Action", id: world.routes[samples[sample]!.route]?.name ?? "" },
      resource: { type: "App", id: "shop" },
      context: contextOf(contexts[sample]!),
      preparsedPolicySetId: id,
      entities: [],
    });
  return {
    name: "cedar-wasm",
    decide,
    matching: (sample) => {
      const answer = decide(sample);
      if (answer.type === "failure") throw new Error(answer.errors.map(({ message }) => message).join(", "));
      const { errors, reason } = answer.response.diagnostics;
      if (errors.length > 0) throw new Error(errors.map(({ error }) => error.message).join(", "));
      return reason;
    },
  };
}

function contextOf({ ip, ...rest }: PeerContext): Record<string, CedarValueJson> {
  return { ...rest, ip: { __extn: { fn: "ip", arg: String(ip) } } };
}

const text = (value: string) => JSON.stringify(value);

function conditionText(condition: Condition, world: RuleWorld): string {
  switch (condition.kind) {
    case "equals":
      return `context.${identifier(condition.field)} == ${text(condition.text)}`;
    case "starts":
      return `context.${identifier(condition.field)} like ${text(`${condition.text}*`)}`;
    case "ends":
      return `context.${identifier(condition.field)} like ${text(`*${condition.text}`)}`;
    case "contains":
      return `context.${identifier(condition.field)} like ${text(`*${condition.text}*`)}`;
    case "oneOf":
      return `${JSON.stringify(condition.texts)}.contains(context.${identifier(condition.field)})`;
    case "listed": {
      const { field, list } = condition;
      if (field === "ip.asn") return `${JSON.stringify(world.asnLists[list])}.contains(context.ip_asn)`;
      return `(${world.networkLists[list]?.map((range) => `context.ip.isInRange(ip("${range}"))`).join(" || ")})`;
    }
    case "matches":
      throw new Error("cedar has no regular expressions");
    case "missing":
      return `context.${identifier(condition.field)} == ""`;
    case "above":
      return `context.seen_${condition.measure} > ${condition.bound}`;
  }
}
