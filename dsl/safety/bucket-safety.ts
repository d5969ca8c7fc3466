/** The safety of enforcement on one app and route: counts what comes, and is asked before anything is stopped. */
import type { Withheld } from "../decision.ts";
import type { Evaluation } from "../link/evaluation.ts";
import type { Outcome } from "../policy-set.ts";
import type { SafetyPort, SwitchedOff } from "../safety-port.ts";
import type { AppWeather } from "./app-weather.ts";
import type { LinkedCohort } from "./linked-cohort.ts";
import type { PolicySafety } from "./policy-safety.ts";
import type { TargetVolume } from "./target-volume.ts";

type Watch = (outcome: Outcome, now: number) => void;

/** What it is made of. */
interface BucketSafetyParts<F> {
  readonly app: string;
  readonly evaluation: Evaluation;
  readonly port: SafetyPort;
  /** Of all policies of the set, by their rank. */
  readonly byRank: readonly (PolicySafety<F> | undefined)[];
  /** Some policy here is safeguarded. */
  readonly isSafeguarded: boolean;
  readonly volumes: readonly TargetVolume<F>[];
  readonly weather: AppWeather<F> | undefined;
  /** Undefined where nothing is stopped. */
  readonly knownGood: Pick<LinkedCohort<F>, "has"> | undefined;
}

/** One bucket's. */
export class BucketSafety<F> {
  /** True when the end of requests says something here. */
  readonly listens: boolean;
  private readonly parts: BucketSafetyParts<F>;
  private readonly volumes: readonly TargetVolume<F>[];
  /** Requests that were let through by lot, with who wants to know how they end. */
  private readonly watched = new WeakMap<object, Watch[]>();

  constructor(parts: BucketSafetyParts<F>) {
    this.parts = parts;
    this.volumes = parts.volumes;
    this.listens = parts.weather !== undefined || parts.isSafeguarded;
  }

  /** Whether somebody has switched the policy, this app or everything off. */
  switched(policy: string): SwitchedOff | undefined {
    return this.parts.port.switched(policy, this.parts.app);
  }

  /** Whether it is one of the people who are known to be good. */
  isKnownGood(facts: F): boolean {
    return this.parts.knownGood?.has(facts) === true;
  }

  /** A request is about to be judged. */
  arrive(facts: F): void {
    const { volumes } = this;
    if (volumes.length === 0) return;
    const { now } = this.parts.evaluation;
    for (let index = 0; index < volumes.length; index++) volumes[index]!.arrive(facts, now);
  }

  /** Why the policy of a rank, which would stop the request, must not; asked once a request and policy, since it counts. */
  withholds(rank: number, facts: F): Withheld | undefined {
    const safety = this.parts.byRank[rank];
    if (!safety) return undefined;
    const { withheld, watch } = safety.ask(facts, this.parts.weather, this.parts.evaluation.now);
    if (watch && typeof facts === "object" && facts !== null) {
      const known = this.watched.get(facts);
      if (known) known.push(watch);
      else this.watched.set(facts, [watch]);
    }
    return withheld;
  }

  /** The request was stopped. */
  stopped(): void {
    const { volumes } = this;
    if (volumes.length === 0) return;
    const { now } = this.parts.evaluation;
    for (const volume of volumes) volume.stopped(now);
  }

  /** The attempt ended so. */
  settle(facts: F, outcome: Outcome): void {
    if (typeof facts !== "object" || facts === null) return;
    const watches = this.watched.get(facts);
    if (!watches) return;
    for (const watch of watches) watch(outcome, this.parts.evaluation.now);
  }

  /** A request that the origin was asked about is over. */
  ended(facts: F, status: number, outcome: Outcome | undefined): void {
    this.parts.weather?.ended(facts, status, outcome, this.parts.evaluation.now);
  }
}
