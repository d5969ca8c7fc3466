/** A policy that a look-up leads to, with what is left to ask. */
import { type Question, type Truth, yes } from "./evaluation.ts";
import { allTrue, type LinkedPolicy } from "./linked-policy.ts";

/** A policy and the questions left, side by side: of thousands of them each thing elsewhere is one more to fetch. */
export interface PolicyEntry<F> {
  readonly policy: LinkedPolicy<F>;
  readonly first: Question<F>;
  readonly second: Question<F> | undefined;
}

/** The entry of a policy of which the conditions `taken` were looked up already. */
export function entryOf<F>(policy: LinkedPolicy<F>, taken: readonly number[]): PolicyEntry<F> {
  if (taken.length === 0) return { policy, first: policy.matches, second: undefined };
  const [first, ...others] = policy.restWithout(taken);
  if (!first) return { policy, first: always, second: undefined };
  return { policy, first, second: others.length > 0 ? allTrue(others) : undefined };
}

/** Whether what is left of a policy holds. */
export function holds<F>({ first, second }: PolicyEntry<F>, facts: F): boolean {
  return first(facts) === yes && (second === undefined || second(facts) === yes);
}

const always = (): Truth => yes;
