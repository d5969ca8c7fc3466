/** Bugs met while serving: told in full at first, then counted, so that a flood of them cannot drown the process. */

/** Faults told in full within one window; the rest are counted and told as a number. */
const toldPerWindow = 5;
const windowMs = 10_000;

/** A throttled teller. */
export class FaultLog {
  readonly #tell: (error: unknown, suppressed: number) => void;
  #windowEnd = 0;
  #told = 0;
  #suppressed = 0;

  /** `tell` gets a fault and how many were left out since the last one told. */
  constructor(tell: (error: unknown, suppressed: number) => void) {
    this.#tell = tell;
  }

  /** Takes one fault; `now` in ms since the epoch. */
  add(error: unknown, now = Date.now()): void {
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + windowMs;
      this.#told = 0;
    }
    if (this.#told >= toldPerWindow) {
      this.#suppressed++;
      return;
    }
    this.#told++;
    this.#tell(error, this.#suppressed);
    this.#suppressed = 0;
  }
}
