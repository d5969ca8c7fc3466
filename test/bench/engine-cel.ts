/**
 * cel-js on a world's rules. Each expression is parsed once, lists and patterns are native functions, and the fields
 * are read beforehand. Many rules are one list expression, so that a decision costs one visitor and not one a rule
 * (its constructor is the dearest part of a small expression).
 */
import { evaluate, parse } from "cel-js";
import type { Engine } from "./engine.ts";
import { identifier, type PeerContext, PeerLists } from "./peer-context.ts";
import type { Condition, Rule, RuleWorld, Sample } from "./rule-world.ts";

/**
 * How the rules are put to cel-js: all of them in one expression, each asking first for its route; an expression a
 * rule; or, handed Sallyport's routing for nothing, only those of the request's route in one expression.
 */
export type CelWay = "together" | "singly" | "routed";

/** Loads a world; `contexts` run parallel to `samples`. */
export function celEngine(
  world: RuleWorld,
  samples: readonly Sample[],
  contexts: readonly PeerContext[],
  way: CelWay,
): Engine {
  const lists = new PeerLists(world);
  const patterns = new Map<string, RegExp>();
  const functions = {
    listed_ip: (list: number, ip: string) => lists.hasAddress(list, ip),
    listed_asn: (list: number, asn: number) => lists.hasAsn(list, asn),
    starts: (text: string, part: string) => text.startsWith(part),
    ends: (text: string, part: string) => text.endsWith(part),
    contains: (text: string, part: string) => text.includes(part),
    matches: (text: string, pattern: string) => {
      let expression = patterns.get(pattern);
      if (!expression) {
        expression = new RegExp(pattern);
        patterns.set(pattern, expression);
      }
      return expression.test(text);
    },
  };
  const run = (cst: Cst, sample: number) => evaluate(cst, contexts[sample], functions);
  const name = `cel-js, ${way}`;
  const { rules, routes } = world;
  if (way === "routed") {
    const byRoute = routes.map((_, route) => rules.filter((rule) => rule.route === route));
    const parsed = byRoute.map((own) => expressionOf(`[${own.map(ruleText).join(", ")}]`));
    const decide = (sample: number) => run(parsed[samples[sample]!.route]!, sample) as readonly unknown[];
    return { name, decide, matching: (sample) => named(byRoute[samples[sample]!.route]!, decide(sample)) };
  }
  const texts = rules.map((rule) => `route == "${routes[rule.route]?.name}" && ${ruleText(rule)}`);
  const parsed = (way === "singly" ? texts : [`[${texts.join(", ")}]`]).map(expressionOf);
  const decide =
    way === "singly"
      ? (sample: number) => parsed.map((cst) => run(cst, sample))
      : (sample: number) => run(parsed[0]!, sample) as readonly unknown[];
  return { name, decide, matching: (sample) => named(rules, decide(sample)) };
}

function named(rules: readonly Rule[], answers: readonly unknown[]): string[] {
  return rules.filter((_, index) => answers[index] === true).map((rule) => rule.name);
}

type Cst = Extract<ReturnType<typeof parse>, { isSuccess: true }>["cst"];

function expressionOf(text: string): Cst {
  const result = parse(text);
  if (!result.isSuccess) throw new Error(`cel-js does not parse ${text}: ${result.errors.join(", ")}`);
  return result.cst;
}

function ruleText(rule: Rule): string {
  return rule.conditions.map(conditionText).join(" && ");
}

// Missing fields are "", which no condition of the generated rules takes for a value.
function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case "equals":
      return `${identifier(condition.field)} == ${JSON.stringify(condition.text)}`;
    case "starts":
    case "ends":
    case "contains":
      return `${condition.kind}(${identifier(condition.field)}, ${JSON.stringify(condition.text)})`;
    case "oneOf":
      return `${identifier(condition.field)} in ${JSON.stringify(condition.texts)}`;
    case "listed":
      return `listed_${condition.field === "ip" ? "ip" : "asn"}(${condition.list}, ${identifier(condition.field)})`;
    case "matches":
      return `matches(${identifier(condition.field)}, ${JSON.stringify(condition.pattern)})`;
    case "missing":
      return `${identifier(condition.field)} == ""`;
    case "above":
      return `seen_${condition.measure} > ${condition.bound}`;
  }
}
