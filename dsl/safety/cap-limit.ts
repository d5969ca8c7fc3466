/** What a cap measures: of good people those that were stopped, and of the usual volume. */
import type { PeopleWindow } from "./people-window.ts";
import { lowestShare } from "./share-bounds.ts";
import type { WindowTally } from "./window-tally.ts";

/** Fewest good people, and fewest requests of normal volume, that a cap is about: one stop of two is no half. */
export const leastPeople = 10;
export const leastStops = 20;

/** One limit of a cap; `limit` is a part of one. */
export interface CapLimit {
  readonly name: string;
  readonly limit: number;
  /** Stopped, and of how many; undefined without a normal volume. */
  measured(now: number): { readonly stopped: number; readonly of: number } | undefined;
  isReached(now: number, factor: number): boolean;
}

/** How many people of a cohort may be stopped. */
export class CohortLimit implements CapLimit {
  readonly name: string;
  readonly limit: number;
  private readonly people: PeopleWindow;
  /** Of those who came. */
  private readonly tally: WindowTally;

  constructor(name: string, limit: number, people: PeopleWindow, tally: WindowTally) {
    this.name = name;
    this.limit = limit;
    this.people = people;
    this.tally = tally;
  }

  measured(now: number): { readonly stopped: number; readonly of: number } {
    const stopped = this.people.people(now);
    return { stopped, of: Math.max(stopped, this.tally.sum(0, now)) };
  }

  isReached(now: number, factor: number): boolean {
    // Nearly always there are fewer, and nothing else has to be looked at.
    if (this.people.people(now) < leastPeople * factor) return false;
    const { stopped, of } = this.measured(now);
    return lowestShare(stopped, of) >= this.limit * factor;
  }
}

/** What is usual at a policy's target. */
interface UsualVolume {
  usual(now: number): number | undefined;
  arrived(now: number): number;
}

/** How much of the usual volume may be stopped. */
export class TrafficLimit implements CapLimit {
  readonly name = "traffic";
  readonly limit: number;
  private readonly stops: WindowTally;
  private readonly volume: UsualVolume;

  constructor(limit: number, stops: WindowTally, volume: UsualVolume) {
    this.limit = limit;
    this.stops = stops;
    this.volume = volume;
  }

  measured(now: number): { readonly stopped: number; readonly of: number } | undefined {
    const usual = this.volume.usual(now);
    if (usual === undefined) return undefined;
    // An attack comes on top of what is normal: stopping as much as came on top is no harm.
    const excess = Math.max(0, this.volume.arrived(now) - usual);
    return { stopped: Math.max(0, this.stops.sum(0, now) - excess), of: usual };
  }

  isReached(now: number, factor: number): boolean {
    const seen = this.measured(now);
    if (!seen) return false;
    return seen.stopped >= leastStops * factor && seen.stopped >= this.limit * factor * seen.of;
  }
}
