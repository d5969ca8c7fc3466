/** A wait that a sweep about once a second times, so that setting it anew for every request never reads the clock. */

const never = Number.POSITIVE_INFINITY;

/** One bounded wait. It ends at the wait's length after the first sweep that saw it, so never early. */
export class Deadline {
  #wait = never;
  #end: number | undefined;

  /** Starts a wait of `ms` in place of the one before. */
  set(ms: number): void {
    this.#wait = ms;
    this.#end = undefined;
  }

  /** Waits for nothing any more. */
  clear(): void {
    this.#wait = never;
    this.#end = undefined;
  }

  /** Called by the sweep with its time in ms; true once the wait is over. */
  isOver(now: number): boolean {
    this.#end ??= now + this.#wait;
    return now > this.#end;
  }
}
