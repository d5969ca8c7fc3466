/** Numbers events: unique, ascending, and telling the time. */
import { eventIdsPerMs } from "../store/event-row.ts";

/** Gives ids; those of one process never repeat, even when the system's clock steps back. */
export class EventClock {
  #last = 0;
  readonly #offset: number;

  /**
   * `offset` (0 to 1) is where in each millisecond this process begins: two that write to one database, as when one
   * takes over from the other, would else give most of their ids twice, and of two events one is lost.
   */
  constructor(offset = Math.random()) {
    this.#offset = Math.floor((offset * eventIdsPerMs) / 2);
  }

  next(now: number): number {
    this.#last = Math.max(this.#last + 1, now * eventIdsPerMs + this.#offset);
    return this.#last;
  }
}
