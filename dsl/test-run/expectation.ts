/** Whether a request met an expectation, and what came of it in words. */
import type { ExpectationNode } from "../ast.ts";
import type { Decision, Withheld } from "../decision.ts";
import type { PolicyRuleIr } from "../policy-ir.ts";
import type { Tell } from "../tell.ts";

/** What an expectation is held against. */
export interface Verdict {
  readonly decision: Decision;
  /** What the client saw. */
  readonly status: number;
  /** The policies whose effects took place, stops that others outranked included. */
  readonly inForce: readonly PolicyRuleIr[];
  /** What was told because of it. */
  readonly told: readonly Tell[];
}

/** True when the expectation holds; `by` is the policy that must have done it. */
export function isMet(expectation: ExpectationNode, by: string | undefined, verdict: Verdict): boolean {
  const { decision, status } = verdict;
  const isDecider = by === undefined || decision.decider === by;
  switch (expectation.kind) {
    case "allow":
    case "block":
    case "deceive":
    case "response":
    case "ratelimit":
      return isDecider && isStopped(expectation, verdict);
    case "status":
      return isDecider && status === expectation.status?.value;
    case "withheld":
      return decision.matches.some(
        ({ policy, withheld }) => withheld === expectation.name.text && (by === undefined || policy === by),
      );
    case "label":
    case "mark":
    case "tarpit":
    case "hold":
      return verdict.inForce.some(
        (rule) =>
          (by === undefined || rule.name === by) &&
          (isGiven(expectation, rule) || isOwnMark(expectation, rule, decision)),
      );
    case "webhook":
    case "alert":
      return verdict.told.some(
        ({ kind, name, policy }) =>
          kind === expectation.kind &&
          "name" in expectation &&
          name === expectation.name.text &&
          (by === undefined || policy === by),
      );
  }
}

/** Why a policy's stop may be withheld, as `expect withheld NAME` says it; what people switch has no part in tests. */
export const withheldWords: readonly Withheld[] = [
  "cap",
  "guard",
  "holdout",
  "freeze",
  "known_good",
  "rollout",
  "expired",
  "under_limit",
];

type StopKind = "allow" | "block" | "deceive" | "response" | "ratelimit";

function isStopped(expectation: ExpectationNode, { decision, inForce }: Verdict): boolean {
  const { action, decider } = decision;
  switch (expectation.kind as StopKind) {
    case "allow":
    case "deceive":
      return action.kind === expectation.kind;
    case "response":
      return (
        action.kind === "deceive" && "name" in expectation && action.response.name === expectation.name.text
      );
    case "ratelimit":
      return (
        action.kind === "block" &&
        inForce.some(({ name, stop }) => name === decider && stop?.kind === "ratelimit")
      );
    case "block": {
      const wanted = "status" in expectation ? expectation.status?.value : undefined;
      return action.kind === "block" && (wanted === undefined || action.status === wanted);
    }
  }
}

function isGiven(expectation: ExpectationNode, rule: PolicyRuleIr): boolean {
  if (expectation.kind === "label") return rule.labels.includes(expectation.name.text);
  if (expectation.kind === "tarpit") return rule.tarpitMs !== undefined;
  if (expectation.kind === "hold") return rule.hold !== undefined;
  if (expectation.kind !== "mark") return false;
  return expectation.text === undefined ? rule.marks.length > 0 : rule.marks.includes(expectation.text);
}

/** A policy that only marks tells the origin its name. */
function isOwnMark(expectation: ExpectationNode, { name }: PolicyRuleIr, { marks }: Decision): boolean {
  if (expectation.kind !== "mark" || marks?.includes(name) !== true) return false;
  return expectation.text === undefined || expectation.text === name;
}

/** What happened to a request, in the words of expectations. */
export function verdictText({ decision, status, told }: Verdict): string {
  const { action, decider, labels, marks = [], delayMs = 0 } = decision;
  const by = decider === undefined ? "" : ` by ${decider}`;
  const kept = decision.matches.flatMap(({ policy, withheld: why }) =>
    why === undefined ? [] : [`${policy} withheld ${why}`],
  );
  const more = [
    ...kept,
    ...labels.map((label) => `label ${label}`),
    ...marks.map((mark) => `mark ${JSON.stringify(mark)}`),
    ...(delayMs > 0 ? [`tarpit ${delayMs}ms`] : []),
    ...told.map(({ kind, name }) => `${kind} ${name}`),
  ];
  const also = more.length === 0 ? "" : `, ${more.join(", ")}`;
  switch (action.kind) {
    case "allow":
      return `allow${by} (status ${status})${also}`;
    case "block":
      return `block ${action.status}${by}${also}`;
    case "deceive":
      return `deceive ${action.response.name} (status ${status})${by}${also}`;
  }
}

/** The policies of a decision that were in force. */
export function rulesInForce(decision: Decision, rules: ReadonlyMap<string, PolicyRuleIr>): PolicyRuleIr[] {
  return decision.matches
    .filter((match) => match.mode === "enforce" && !isOutOfForce(match.withheld))
    .flatMap((match) => rules.get(match.policy) ?? []);
}

// What only keeps a policy from stopping leaves it its other effects.
function isOutOfForce(withheld: Withheld | undefined): boolean {
  return withheld === "rollout" || withheld === "expired" || withheld === "under_limit";
}
