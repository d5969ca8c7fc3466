/**
 * Software with which known good people sign in. An attacker who copies it has their print, so that the print says nothing
 * about whose sign-in one was. In memory and bounded; what is not known yet counts as nobody's.
 */
import type { SoftwareName } from "../store/account-rows.ts";

/** One person may be the attacker's own; that many would have to have come from the same places before. */
const fewestPeople = 5;
const dayMs = 24 * 3_600_000;
const mostKinds = 2000;

/** Remembers it for one or two days. */
export class PeopleSoftware {
  #today = new Map<string, Set<string>>();
  #yesterday: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  #since = 0;

  /** Somebody known to be good signed in with it at `now` (ms); true where that makes it people's today. */
  note(software: SoftwareName, account: string, now: number): boolean {
    if (now - this.#since > dayMs) {
      this.#yesterday = this.#today;
      this.#today = new Map();
      this.#since = now;
    }
    const name = nameOf(software);
    const people = this.#today.get(name) ?? new Set();
    if (this.#today.size < mostKinds) this.#today.set(name, people);
    if (people.size >= fewestPeople) return false;
    return people.add(account).size === fewestPeople;
  }

  /** Whether several known good people use it. */
  has(software: SoftwareName): boolean {
    const name = nameOf(software);
    return [this.#today, this.#yesterday].some((day) => (day.get(name)?.size ?? 0) >= fewestPeople);
  }
}

function nameOf({ app, skeleton, stack }: SoftwareName): string {
  return `${app} ${skeleton} ${stack}`;
}
