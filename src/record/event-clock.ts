/** Numbers events: unique, ascending, and telling the time. */
import { eventIdsPerMs } from "../store/event-row.ts";

/** Gives ids; those of one process never repeat, even when the system's clock steps back. */
export class EventClock {
  #last: number;

  /** `last`: the highest id in use so far, 0 if unknown. */
  constructor(last = 0) {
    this.#last = last;
  }

  next(now: number): number {
    this.#last = Math.max(this.#last + 1, now * eventIdsPerMs);
    return this.#last;
  }
}
