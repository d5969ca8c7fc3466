/** What judging a request yields: the action, who decided it, and every policy that matched. */

import type { ResponseIr } from "./policy-ir.ts";
import type { Tell } from "./tell.ts";

/** A made-up answer that a policy gives instead of the origin's; with `like` only what its declaration says itself. */
export interface ResponseTemplate {
  readonly name: string;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly like?: ResponseIr["like"];
  /** Genuine answers that it takes as long as. */
  readonly latencyLike?: ResponseIr["latencyLike"];
}

/** What keeps a request from the origin. */
export type StopAction =
  /** `retryAfterMs` tells a client whose rate is over its limit when to come again. */
  | { readonly kind: "block"; readonly status: number; readonly retryAfterMs?: number }
  | { readonly kind: "deceive"; readonly response: ResponseTemplate };

/** A clause that held and the value that it saw (at most 200 characters; sensitive values only as their length). */
export interface Reason {
  readonly clause: string;
  readonly value: string;
}

/** Why a policy that matched was not in force for this request. */
export type Withheld =
  | "rollout"
  | "expired"
  | "under_limit"
  /** A person switched the policy, its app or everything off. */
  | "switched_off"
  | "panic"
  /** Its stop, not its other effects: it stops too many, its holdout shows harm, or this request is of the holdout. */
  | "cap"
  | "guard"
  | "holdout"
  /** Its stop: the app is in trouble of its own, or only what many people do together speaks against a known one. */
  | "freeze"
  | "known_good"
  /** A person released the client from being stopped, for a time. */
  | "released";

/** A policy that matched. `applied` is false in shadow mode, when exempted, and for a stop that another one outranked. */
export interface PolicyMatch {
  readonly policy: string;
  readonly mode: "enforce" | "shadow";
  readonly effect: "allow" | "block" | "deceive" | "ratelimit" | "observe";
  readonly applied: boolean;
  readonly withheld?: Withheld;
  readonly reasons: readonly Reason[];
}

/** The verdict on one request. `decider` names the policy that stopped it, or the one whose exemption kept it from being stopped. */
export interface Decision {
  readonly action: StopAction | { readonly kind: "allow" };
  readonly decider: string | undefined;
  readonly matches: readonly PolicyMatch[];
  readonly labels: readonly string[];
  /** Told to the origin, in a header. */
  readonly marks?: readonly string[];
  /** The answer, or the way to the origin, waits so long. */
  readonly delayMs?: number;
  /** What the policies in force ask to be told. */
  readonly tells?: readonly Tell[];
}

/** The decision on every request that no policy matches: one shared object. */
export const unmatched: Decision = Object.freeze({
  action: Object.freeze({ kind: "allow" as const }),
  decider: undefined,
  matches: Object.freeze([]),
  labels: Object.freeze([]),
});

/** One clause of a policy for one request; `truth` is undefined when the clause asks about something missing. */
export interface ClauseExplanation {
  /** As written; of a block its word. */
  readonly text: string;
  readonly truth: boolean | undefined;
  /** What it saw, as in a reason; undefined for blocks. */
  readonly value: string | undefined;
  /** Of a block its conditions, of a fingerprint its scored ones. */
  readonly parts: readonly ClauseExplanation[];
}

/** What a policy made of a request, whether it matched or not. */
export interface PolicyExplanation {
  readonly policy: string;
  readonly mode: PolicyMatch["mode"];
  readonly effects: string;
  readonly matched: boolean;
  readonly when: readonly ClauseExplanation[];
  readonly unless: readonly ClauseExplanation[] | undefined;
}
