/** The typed form of what a policy keeps, limits and draws: the clauses beside its conditions. */
import type { FieldIr } from "./policy-ir.ts";

/** `rollout 95% by username`: for whom a policy is in force. */
export interface RolloutIr {
  /** 0 to 100. */
  readonly percent: number;
  readonly by: readonly FieldIr[];
}

/** `hold (ip.net) for 30m`; `id` is that of the kept state. */
export interface HoldIr {
  readonly id: string;
  readonly by: readonly FieldIr[];
  readonly forMs: number;
  /** As written. */
  readonly text: string;
}

/** `ratelimit 10 per 1m by ip.net`; `id` is that of the kept state. */
export interface RateIr {
  readonly id: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly by: readonly FieldIr[];
}

/** `expires 2027-01-31`: the end of that day; `id` is that of the state that says whether it still matches. */
export interface ExpiryIr {
  readonly id: string;
  /** Ms since the epoch. */
  readonly at: number;
}
