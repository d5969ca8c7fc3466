/** json-rules-engine on a world's rules: an engine a route, native operators for lists and patterns, fields read beforehand. */
import { type ConditionProperties, Engine as JsonRules } from "json-rules-engine";
import type { Engine } from "./engine.ts";
import { identifier, type PeerContext, PeerLists } from "./peer-context.ts";
import type { Condition, RuleWorld, Sample } from "./rule-world.ts";

/** Loads a world; `contexts` run parallel to `samples`. */
export function jsonRulesEngine(
  world: RuleWorld,
  samples: readonly Sample[],
  contexts: readonly PeerContext[],
): Engine {
  const lists = new PeerLists(world);
  const engines = world.routes.map((_, route) => {
    const engine = new JsonRules();
    engine.addOperator<string, string>("starts", (text, part) => text.startsWith(part));
    engine.addOperator<string, string>("ends", (text, part) => text.endsWith(part));
    engine.addOperator<string, string>("includes", (text, part) => text.includes(part));
    engine.addOperator<string, RegExp>("matches", (text, pattern) => pattern.test(text));
    engine.addOperator<string, number>("listedIp", (ip, list) => lists.hasAddress(list, ip));
    engine.addOperator<number, number>("listedAsn", (asn, list) => lists.hasAsn(list, asn));
    for (const rule of world.rules) {
      if (rule.route !== route) continue;
      engine.addRule({ conditions: { all: rule.conditions.map(translate) }, event: { type: rule.name } });
    }
    return engine;
  });
  const decide = (sample: number) => engines[samples[sample]!.route]!.run(contexts[sample]);
  return {
    name: "json-rules-engine",
    decide,
    matching: async (sample) => (await decide(sample)).events.map((event) => event.type),
  };
}

function translate(condition: Condition): ConditionProperties {
  switch (condition.kind) {
    case "equals":
      return { fact: identifier(condition.field), operator: "equal", value: condition.text };
    case "starts":
    case "ends":
      return { fact: identifier(condition.field), operator: condition.kind, value: condition.text };
    case "contains":
      return { fact: identifier(condition.field), operator: "includes", value: condition.text };
    case "oneOf":
      return { fact: identifier(condition.field), operator: "in", value: condition.texts };
    case "listed": {
      const operator = condition.field === "ip" ? "listedIp" : "listedAsn";
      return { fact: identifier(condition.field), operator, value: condition.list };
    }
    case "matches":
      return { fact: identifier(condition.field), operator: "matches", value: new RegExp(condition.pattern) };
    case "missing":
      return { fact: identifier(condition.field), operator: "equal", value: "" };
    case "above":
      return { fact: `seen_${condition.measure}`, operator: "greaterThan", value: condition.bound };
  }
}
