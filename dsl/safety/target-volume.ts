/** How much comes to a policy's target, who of it is known to be good, and what is usual there. */
import type { Baseline } from "../gauge-port.ts";
import type { SafetyPort } from "../safety-port.ts";
import type { CohortMember } from "./linked-cohort.ts";
import { WindowTally } from "./window-tally.ts";

/** Requests of one part of the window of which each is asked for its cohort; of further ones one in so many. */
const askedFully = 256;
const askedOneIn = 64;
/** Hours of history before there is a normal volume: under an attack on the first day the attack would be normal. */
const leastHours = 24;
const hourMs = 3_600_000;

const arrivedColumn = 0;
const stoppedColumn = 1;

/** Counts of all requests to the same targets over the same window; policies share them. */
export class TargetVolume<F> {
  readonly id: string;
  private readonly windowMs: number;
  private readonly port: SafetyPort;
  private readonly baseline: Baseline;
  private readonly tally: WindowTally;
  private readonly cohorts: { readonly cohort: CohortMember<F>; readonly tally: WindowTally }[] = [];
  private supportedAt = -1;
  private isSupported = false;

  constructor(id: string, windowMs: number, baseline: Baseline, port: SafetyPort) {
    this.id = id;
    this.windowMs = windowMs;
    this.port = port;
    this.baseline = baseline;
    this.tally = port.keep(`volume ${id}`, () => new WindowTally(windowMs, 2));
  }

  /** Counts members of the cohort from now on; the tally is theirs. */
  countCohort(cohort: CohortMember<F>): WindowTally {
    const known = this.cohorts.find((one) => one.cohort === cohort);
    if (known) return known.tally;
    const tally = this.port.keep(
      `volume ${this.id} of ${cohort.id}`,
      () => new WindowTally(this.windowMs, 1),
    );
    this.cohorts.push({ cohort, tally });
    return tally;
  }

  /** A request came. */
  arrive(facts: F, now: number): void {
    const { tally, cohorts } = this;
    if (tally.advance(now)) this.learn(now);
    const count = tally.addNow(arrivedColumn, 1);
    if (cohorts.length === 0) return;
    // Asking costs a look into a memory: where there is much traffic a sample says enough.
    const weight = count <= askedFully ? 1 : count % askedOneIn === 0 ? askedOneIn : 0;
    if (weight === 0) return;
    for (const { cohort, tally: good } of cohorts) cohort.arrive(facts, weight, good, now);
  }

  /** The request that came last was stopped. */
  stopped(now: number): void {
    this.tally.add(stoppedColumn, 1, now);
  }

  arrived(now: number): number {
    return this.tally.sum(arrivedColumn, now);
  }

  /** What passes within a window at this hour of the week; undefined until a day has been seen. */
  usual(now: number): number | undefined {
    const hour = Math.floor(now / hourMs);
    if (hour !== this.supportedAt) {
      this.supportedAt = hour;
      this.isSupported = this.baseline.support(now).hours >= leastHours;
    }
    return this.isSupported ? this.baseline.usual(now) : undefined;
  }

  // What passed is normal; what an attack sends beyond it is stopped, or grows into it slowly (the baseline's drift).
  private learn(now: number): void {
    if (!this.tally.isWhole(now)) return;
    const passed = this.tally.sum(arrivedColumn, now) - this.tally.sum(stoppedColumn, now);
    this.baseline.observe("", passed, now, false);
  }
}
