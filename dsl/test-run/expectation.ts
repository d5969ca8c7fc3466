/** Whether a request met an expectation, and what came of it in words. */
import type { ExpectationNode } from "../ast.ts";
import type { Decision } from "../decision.ts";

/** What an expectation is held against. */
export interface Verdict {
  readonly decision: Decision;
  /** What the client saw. */
  readonly status: number;
}

/** True when the expectation holds; `by` is the policy that must have done it. */
export function isMet(expectation: ExpectationNode, by: string | undefined, verdict: Verdict): boolean {
  const { decision, status } = verdict;
  const { action } = decision;
  const isDecider = by === undefined || decision.decider === by;
  switch (expectation.kind) {
    case "allow":
    case "deceive":
      return action.kind === expectation.kind && isDecider;
    case "block":
      return action.kind === "block" && isDecider && isOneOf(expectation.status?.value, action.status);
    case "response":
      return action.kind === "deceive" && isDecider && action.response.name === expectation.name.text;
    case "status":
      return status === expectation.status?.value && isDecider;
    case "label":
      return decision.labels.includes(expectation.name.text) && isApplied(decision, by);
    case "ratelimit":
    case "tarpit":
    case "hold":
    case "mark":
    case "webhook":
    case "alert":
      return false;
  }
}

function isOneOf(wanted: number | undefined, found: number): boolean {
  return wanted === undefined || wanted === found;
}

function isApplied(decision: Decision, by: string | undefined): boolean {
  return by === undefined || decision.matches.some((match) => match.policy === by && match.applied);
}

/** What happened to a request, in the words of expectations. */
export function verdictText({ decision, status }: Verdict): string {
  const { action, decider, labels } = decision;
  const by = decider === undefined ? "" : ` by ${decider}`;
  const label = labels.length === 0 ? "" : `, label ${labels.join(", ")}`;
  switch (action.kind) {
    case "allow":
      return `allow${by} (status ${status})${label}`;
    case "block":
      return `block ${action.status}${by}${label}`;
    case "deceive":
      return `deceive ${action.response.name} (status ${status})${by}${label}`;
  }
}
