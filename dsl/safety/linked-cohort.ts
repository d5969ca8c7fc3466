/** A cohort joined to its questions: who is known to be good now, and of whom it turns out later. */
import type { Hold } from "../hold-port.ts";
import { type Question, yes } from "../link/evaluation.ts";
import type { WindowTally } from "./window-tally.ts";

/** What counts members as they come and as they turn out. */
export interface CohortMember<F> {
  /** Of the definition. */
  readonly id: string;
  readonly name: string;
  /** Counts a request that came, by `weight`; of a cohort that is known later only once it is. */
  arrive(facts: F, weight: number, tally: WindowTally, now: number): void;
}

/** Told of a person of whom it turned out later: `now` is when. */
export type TurnedOut = (person: string, now: number) => void;

/** Who belongs to a cohort, and under which name a person counts. */
export interface CohortParts<F> {
  readonly id: string;
  readonly name: string;
  readonly ask: Question<F>;
  readonly person: (facts: F) => string | undefined;
  /** Present where something must have happened afterwards. */
  readonly later: LaterParts | undefined;
}

/** State of `later`: who came to which counters, and what has happened since. */
interface LaterParts {
  /** One for each `later`, held for as long as it may take. */
  readonly done: readonly Hold[];
  /** Opens the people who came to a counter, held for the shortest of the times. */
  openCame(id: string): Hold;
}

interface Waiting {
  readonly came: Hold;
  readonly turnedOut: TurnedOut;
}

/** One cohort of a set. */
export class LinkedCohort<F> implements CohortMember<F> {
  readonly id: string;
  readonly name: string;
  readonly isLater: boolean;
  private readonly parts: CohortParts<F>;
  private readonly waiting: Waiting[] = [];
  private readonly arrivals = new Map<WindowTally, Hold>();

  constructor(parts: CohortParts<F>) {
    this.parts = parts;
    this.id = parts.id;
    this.name = parts.name;
    this.isLater = parts.later !== undefined;
  }

  /** Whether the conditions hold. */
  has(facts: F): boolean {
    return this.parts.ask(facts) === yes;
  }

  /** The person behind a request, among whom a hundred tries count once; undefined where nobody is named. */
  person(facts: F): string | undefined {
    return this.parts.person(facts);
  }

  arrive(facts: F, weight: number, tally: WindowTally, now: number): void {
    if (!this.has(facts)) return;
    if (!this.isLater) tally.add(0, weight, now);
    else {
      const person = this.parts.person(facts);
      if (person !== undefined) this.arrivalsOf(tally, weight).hold(person, now);
    }
  }

  /** Remembers people under `id` until it has turned out; then tells. */
  watch(id: string, turnedOut: TurnedOut): (person: string, now: number) => void {
    const came = this.parts.later?.openCame(id);
    if (!came) return () => undefined;
    this.waiting.push({ came, turnedOut });
    return (person, now) => came.hold(person, now);
  }

  /** The `later` of this index happened. */
  happened(facts: F, index: number, now: number): void {
    const person = this.parts.person(facts);
    const { later } = this.parts;
    if (person === undefined || !later) return;
    later.done[index]?.hold(person, now);
    if (!later.done.every((done) => done.isHeld(person, now))) return;
    for (const { came, turnedOut } of this.waiting) {
      if (!came.isHeld(person, now)) continue;
      came.release(person, now);
      turnedOut(person, now);
    }
  }

  // A sampled request stands for others of other people: those too are counted once it turned out.
  private arrivalsOf(tally: WindowTally, weight: number): { hold(person: string, now: number): void } {
    const known = this.arrivals.get(tally);
    if (known) return known;
    const came = this.parts.later?.openCame(`${this.id} came ${this.arrivals.size}`);
    if (!came) return { hold: () => undefined };
    this.arrivals.set(tally, came);
    this.waiting.push({ came, turnedOut: (_person, now) => tally.add(0, weight, now) });
    return came;
  }
}
