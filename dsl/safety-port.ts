/** What caps, guards and switches need of the host: who has switched off what, whom to tell, and where counts outlive a revision. */

/** What a person switched off: this policy or its app, or everything. */
export type SwitchedOff = "switched_off" | "panic";

/** Something that keeps a policy from stopping began or ended by itself. */
export interface SafetyChange {
  /** Ms since the epoch. */
  readonly at: number;
  /** `cap` and `guard` are about a policy, `freeze` is about an app. */
  readonly kind: "cap" | "guard" | "freeze";
  /** The policy's or the app's name. */
  readonly name: string;
  readonly isActive: boolean;
  /** The figures that led to it, for people. */
  readonly detail: string;
}

/** The state of one policy, for people. */
export interface SafetyState {
  readonly policy: string;
  /** Beyond its cap, or with a broken guard, it only marks. */
  readonly isCapped: boolean;
  readonly isGuardBroken: boolean;
  /** What is measured, one sentence each. */
  readonly cap: string;
  readonly guard: string | undefined;
}

/** The host's part in the safety of enforcement. No method may throw. */
export interface SafetyPort {
  /** Asked for every policy that matched; must be cheap. */
  switched(policy: string, app: string): SwitchedOff | undefined;
  changed(change: SafetyChange): void;
  /** The value of this id, made when first asked for; the same id gives the same value across revisions. */
  keep<T extends object>(id: string, make: () => T): T;
}

/** A host where nothing is switched off and nobody is told; what it keeps lasts as long as itself. */
export function idleSafety(): SafetyPort {
  const kept = new Map<string, object>();
  return {
    switched: () => undefined,
    changed: () => undefined,
    keep: <T extends object>(id: string, make: () => T): T => {
      // INVARIANT: an id names the class of what is kept under it.
      const value = (kept.get(id) as T | undefined) ?? make();
      kept.set(id, value);
      return value;
    },
  };
}
