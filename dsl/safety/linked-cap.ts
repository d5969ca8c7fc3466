/** A policy's cap: what it may stop of good people and of normal volume before it only marks. */
import type { Hold } from "../hold-port.ts";
import type { CapIr } from "../policy-safety-ir.ts";
import type { SafetyPort } from "../safety-port.ts";
import { type CapLimit, CohortLimit, TrafficLimit } from "./cap-limit.ts";
import type { LinkedCohort } from "./linked-cohort.ts";
import { PeopleWindow } from "./people-window.ts";
import type { TargetVolume } from "./target-volume.ts";
import { WindowTally } from "./window-tally.ts";

/** A cap that has been reached lets go below this part of its limits. */
const releaseFactor = 0.5;

/** What a cap is made of. */
export interface CapParts<F> {
  readonly policy: string;
  readonly ir: CapIr;
  readonly volume: TargetVolume<F>;
  /** Of the limits, in their order; undefined for `traffic`. */
  readonly cohorts: readonly (LinkedCohort<F> | undefined)[];
  readonly port: SafetyPort;
  /** Outlives a restart: a policy that was capped does not begin anew with stopping. */
  readonly lasting: Hold;
}

interface CapState {
  readonly stops: WindowTally;
  readonly people: readonly PeopleWindow[];
  cappedAt: number | undefined;
  isNew: boolean;
}

/** The cap of one enforced policy. */
export class LinkedCap<F> {
  private readonly parts: CapParts<F>;
  private readonly cohorts: CapParts<F>["cohorts"];
  private readonly stops: WindowTally;
  /** Under which it is remembered that it was reached. */
  private readonly key: string;
  private readonly state: CapState;
  private readonly limits: readonly CapLimit[];
  private readonly remember: readonly ((person: string, now: number) => void)[];

  constructor(parts: CapParts<F>) {
    this.parts = parts;
    this.cohorts = parts.cohorts;
    const { policy, ir, volume, cohorts, port } = parts;
    this.key = `cap ${policy}`;
    const id = `cap ${policy} ${volume.id} ${JSON.stringify(ir.limits)}`;
    this.state = port.keep(id, () => ({
      stops: new WindowTally(ir.windowMs, 1),
      people: ir.limits.map(() => new PeopleWindow(ir.windowMs)),
      cappedAt: undefined,
      isNew: true,
    }));
    const { stops, people } = this.state;
    this.stops = stops;
    this.limits = ir.limits.map(({ percent: limit }, index) => {
      const cohort = cohorts[index];
      const share = limit / 100;
      return cohort
        ? new CohortLimit(cohort.name, share, people[index]!, volume.countCohort(cohort))
        : new TrafficLimit(share, stops, volume);
    });
    this.remember = cohorts.map((cohort, index) =>
      cohort?.isLater
        ? cohort.watch(`${id} ${cohort.id}`, (person, now) =>
            this.state.people[index]?.add(person, true, now),
          )
        : () => undefined,
    );
  }

  /** Counts a request that the policy stops, or would stop if nothing kept it from that. */
  count(facts: F, now: number): void {
    this.stops.add(0, 1, now);
    const { cohorts } = this;
    for (let index = 0; index < cohorts.length; index++) {
      const cohort = cohorts[index];
      if (!cohort?.has(facts)) continue;
      const person = cohort.person(facts);
      if (person === undefined) continue;
      if (cohort.isLater) this.remember[index]?.(person, now);
      else this.state.people[index]?.add(person, true, now);
    }
  }

  /** Whether the policy only marks now. */
  isBeyond(now: number): boolean {
    const { state, parts, key } = this;
    if (state.isNew) {
      state.isNew = false;
      if (parts.lasting.isHeld(key, now)) state.cappedAt = now;
    }
    if (state.cappedAt === undefined) {
      const reached = this.reached(now);
      if (!reached) return false;
      state.cappedAt = now;
      parts.lasting.hold(key, now);
      this.tell(reached, true, now);
      return true;
    }
    // The clock was ahead by more than the window.
    if (now < state.cappedAt - parts.ir.windowMs) state.cappedAt = now;
    const isDue = now - state.cappedAt >= parts.ir.windowMs;
    if (!isDue || this.limits.some((limit) => limit.isReached(now, releaseFactor))) {
      if (isDue) parts.lasting.hold(key, now);
      return true;
    }
    state.cappedAt = undefined;
    parts.lasting.release(key, now);
    this.tell(this.limits[0], false, now);
    return false;
  }

  private reached(now: number): CapLimit | undefined {
    const { limits } = this;
    for (let index = 0; index < limits.length; index++) {
      const limit = limits[index]!;
      if (limit.isReached(now, 1)) return limit;
    }
    return undefined;
  }

  /** What is measured, for people. */
  figures(now: number): string {
    return this.limits.map((limit) => figure(limit, now)).join(", ");
  }

  private tell(limit: CapLimit | undefined, isActive: boolean, now: number): void {
    const detail = limit ? figure(limit, now) : "";
    this.parts.port.changed({ at: now, kind: "cap", name: this.parts.policy, isActive, detail });
  }
}

function figure(of: CapLimit, now: number): string {
  const { name, limit } = of;
  const seen = of.measured(now);
  const bound = `of ${percent(limit)}`;
  if (!seen) return `${name}: no usual volume yet ${bound}`;
  const share = seen.of > 0 ? seen.stopped / seen.of : 0;
  return `${name}: ${Math.round(seen.stopped)} of ${Math.round(seen.of)} stopped, ${percent(share)} ${bound}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}
