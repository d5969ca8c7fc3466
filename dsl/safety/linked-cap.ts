/** A policy's cap: what it may stop of good people and of normal volume before it only marks. */
import type { Hold } from "../hold-port.ts";
import type { CapIr } from "../policy-safety-ir.ts";
import type { SafetyPort } from "../safety-port.ts";
import type { LinkedCohort } from "./linked-cohort.ts";
import { PeopleWindow } from "./people-window.ts";
import { lowestShare } from "./share-bounds.ts";
import type { TargetVolume } from "./target-volume.ts";
import { WindowTally } from "./window-tally.ts";

/** Fewest good people, and fewest requests of normal volume, that a cap is about: one stop of two is no half. */
export const leastPeople = 10;
export const leastStops = 20;
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

interface CapLimit {
  readonly name: string;
  /** Part of one. */
  readonly limit: number;
  /** Stopped, and of how many; undefined without a normal volume. */
  measured(now: number): { readonly stopped: number; readonly of: number } | undefined;
  isReached(now: number, factor: number): boolean;
}

/** The cap of one enforced policy. */
export class LinkedCap<F> {
  private readonly parts: CapParts<F>;
  /** Under which it is remembered that it was reached. */
  private readonly key: string;
  private readonly state: CapState;
  private readonly limits: readonly CapLimit[];
  private readonly remember: readonly ((person: string, now: number) => void)[];

  constructor(parts: CapParts<F>) {
    this.parts = parts;
    const { policy, ir, volume, cohorts, port } = parts;
    this.key = `cap ${policy}`;
    const id = `cap ${policy} ${volume.id} ${JSON.stringify(ir.limits)}`;
    this.state = port.keep(id, () => ({
      stops: new WindowTally(ir.windowMs, 1),
      people: ir.limits.map(() => new PeopleWindow(ir.windowMs)),
      cappedAt: undefined,
      isNew: true,
    }));
    this.limits = ir.limits.map(({ percent }, index) => {
      const cohort = cohorts[index];
      return cohort ? this.cohortLimit(cohort, percent / 100, index) : this.trafficLimit(percent / 100);
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
    this.state.stops.add(0, 1, now);
    const { cohorts } = this.parts;
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

  private cohortLimit(cohort: LinkedCohort<F>, limit: number, index: number): CapLimit {
    const tally = this.parts.volume.countCohort(cohort);
    const measured = (now: number) => {
      const stopped = this.state.people[index]?.counts(now).people ?? 0;
      return { stopped, of: Math.max(stopped, tally.sum(0, now)) };
    };
    return {
      name: cohort.name,
      limit,
      measured,
      isReached: (now, factor) => {
        // Nearly always there are fewer, and nothing else has to be looked at.
        const people = this.state.people[index]?.counts(now).people ?? 0;
        if (people < leastPeople * factor) return false;
        const { stopped, of } = measured(now);
        return lowestShare(stopped, of) >= limit * factor;
      },
    };
  }

  private trafficLimit(limit: number): CapLimit {
    const { volume } = this.parts;
    const measured = (now: number) => {
      const usual = volume.usual(now);
      if (usual === undefined) return undefined;
      // An attack comes on top of what is normal: stopping as much as came on top is no harm.
      const excess = Math.max(0, volume.arrived(now) - usual);
      return { stopped: Math.max(0, this.state.stops.sum(0, now) - excess), of: usual };
    };
    return {
      name: "traffic",
      limit,
      measured,
      isReached: (now, factor) => {
        const seen = measured(now);
        if (!seen) return false;
        return seen.stopped >= leastStops * factor && seen.stopped >= limit * factor * seen.of;
      },
    };
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
