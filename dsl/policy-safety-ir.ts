/** The typed form of what keeps policies from doing harm: cohorts, caps and guards. */
import type { ConditionIr, HappeningIr } from "./policy-ir.ts";
import type { OutcomeKind } from "./policy-set.ts";

/** People known to be good: all conditions hold, and all of `later` happened afterwards. */
export interface CohortIr {
  /** Of the definition. */
  readonly id: string;
  readonly name: string;
  readonly when: readonly ConditionIr[];
  readonly later: readonly (HappeningIr & { readonly withinMs: number })[];
}

/** Whose share is limited: normal volume, the built-in cohort `known_good`, or a declared one by its index. */
export type CapSubjectIr =
  | { readonly kind: "traffic" }
  | { readonly kind: "known_good" }
  | { readonly kind: "cohort"; readonly index: number };

/** `cap { known_good < 0.1%  traffic < 40%  over 10m  else mark }`. */
export interface CapIr {
  readonly windowMs: number;
  readonly limits: readonly { readonly subject: CapSubjectIr; readonly percent: number }[];
  /** True when none was written. */
  readonly isDefault: boolean;
}

/** `guard { holdout login.success < 2% over 15m at least 200 else mark }`: what must stay true of the holdout. */
export interface GuardIr {
  readonly event: string;
  readonly kinds: readonly OutcomeKind[];
  /** Whether the share must stay below (`lt`) or above (`gt`) the percentage. */
  readonly stays: "lt" | "gt";
  readonly percent: number;
  readonly windowMs: number;
  readonly atLeast: number;
  /** As written, for people. */
  readonly text: string;
}

/** What a policy that stops is held to. */
export interface SafeguardsIr {
  readonly cap: CapIr;
  readonly guard: GuardIr | undefined;
}
