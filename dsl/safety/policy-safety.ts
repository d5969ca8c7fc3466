/** What one enforced policy is held to before it stops anybody. */
import type { Withheld } from "../decision.ts";
import type { Outcome } from "../policy-set.ts";
import type { SafetyState } from "../safety-port.ts";
import type { AppWeather } from "./app-weather.ts";
import type { LinkedCap } from "./linked-cap.ts";
import type { LinkedCohort } from "./linked-cohort.ts";
import type { LinkedGuard } from "./linked-guard.ts";
import type { TargetVolume } from "./target-volume.ts";

/** The safeguards of a policy. */
interface PolicySafetyParts<F> {
  readonly name: string;
  readonly knownGood: LinkedCohort<F>;
  readonly volume: TargetVolume<F>;
  readonly cap: LinkedCap<F>;
  readonly guard: LinkedGuard<F> | undefined;
  /** Of policies that convict by what many people do together: whom they stop already. */
  readonly population:
    | { isStopping(facts: F, now: number): boolean; note(facts: F, now: number): void }
    | undefined;
}

/** A stop that is not to take place, or a person whose way is watched. */
export interface StopVerdict {
  readonly withheld: Withheld | undefined;
  /** Told how the request ended. */
  readonly watch: ((outcome: Outcome, now: number) => void) | undefined;
}

const passing: StopVerdict = { withheld: undefined, watch: undefined };

/** Asked when nothing else keeps a policy from stopping. */
export class PolicySafety<F> {
  readonly name: string;
  readonly volume: TargetVolume<F>;
  readonly isPopulation: boolean;
  // Side by side, since each stop asks them and most policies' are far from what the processor has at hand.
  private readonly knownGood: LinkedCohort<F>;
  private readonly cap: LinkedCap<F>;
  private readonly guard: LinkedGuard<F> | undefined;
  private readonly population: PolicySafetyParts<F>["population"];

  constructor({ name, volume, knownGood, cap, guard, population }: PolicySafetyParts<F>) {
    this.name = name;
    this.volume = volume;
    this.isPopulation = population !== undefined;
    this.knownGood = knownGood;
    this.cap = cap;
    this.guard = guard;
    this.population = population;
  }

  /** Counts the stop, and says whether it may take place. */
  ask(facts: F, weather: AppWeather<F> | undefined, now: number): StopVerdict {
    const { cap, guard, knownGood, population } = this;
    if (population && knownGood.has(facts)) return { withheld: "known_good", watch: undefined };
    cap.count(facts, now);
    // Drawn before anything else: while the policy only marks, the drawn people still tell when it may stop again.
    const person = guard?.drawn(facts, now);
    const watch =
      guard && person !== undefined
        ? (outcome: Outcome, at: number) => guard.settle(person, outcome, at)
        : undefined;
    if (guard?.isBroken(now)) return { withheld: "guard", watch };
    if (cap.isBeyond(now)) return { withheld: "cap", watch };
    if (watch) return { withheld: "holdout", watch };
    if (population && weather?.isFrozen(now, facts) && !population.isStopping(facts, now)) {
      return { withheld: "freeze", watch: undefined };
    }
    population?.note(facts, now);
    return passing;
  }

  state(now: number): SafetyState {
    const { cap, guard } = this;
    return {
      policy: this.name,
      isCapped: cap.isBeyond(now),
      isGuardBroken: guard?.isBroken(now) ?? false,
      cap: cap.figures(now),
      guard: guard?.figures(now),
    };
  }
}
