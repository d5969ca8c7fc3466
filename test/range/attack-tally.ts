/** What an attack did and what it was worth: attempts, and what the attacker learnt that is true. */

import type { SignInLabeller } from "./request-labels.ts";

/** A pair of a list, and whether it opens an account. */
export interface Pair {
  readonly email: string;
  readonly password: string;
  readonly isValid: boolean;
}

/** Counts for one attack. What is learnt is named by the thing itself, so that finding it twice counts once. */
export class AttackTally {
  attempts = 0;
  stops = 0;
  /** Attempts before the first stop, and real ms from the attack's start to it. */
  firstStop: { readonly attempt: number; readonly ms: number } | undefined;
  readonly learned = new Set<string>();
  /** Accounts that he got into, whatever came of it. */
  readonly takenOver = new Set<string>();
  /** What he would have learnt so far if nothing stood in his way: the pairs that fit among those that he has tried. */
  readonly reached = new Set<string>();
  readonly #started = performance.now();
  readonly #label: SignInLabeller | undefined;

  /** `label` takes each sign-in that succeeded. */
  constructor(label?: SignInLabeller) {
    this.#label = label;
  }

  /** Somebody is in an account, whatever he then does with it. */
  signedIn(address: string, email: string, label: "attack" | "own account" = "attack"): void {
    if (label === "attack") this.takenOver.add(email);
    this.#label?.(address, email, label);
  }

  attempted(): void {
    this.attempts++;
  }

  stopped(): void {
    this.stops++;
    this.firstStop ??= { attempt: this.attempts, ms: Math.round(performance.now() - this.#started) };
  }

  reach(what: string): void {
    this.reached.add(what);
  }

  learnt(what: string): void {
    this.learned.add(what);
  }
}
