/** A budget that refills with time: how often a client may do what is legal and costs us more than it. */

/** A token bucket. */
export class Budget {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #now: () => number;
  #left: number;
  #filledAt: number;

  constructor({ burst, perSecond }: { burst: number; perSecond: number }, now = () => performance.now()) {
    this.#burst = burst;
    this.#perMs = perSecond / 1_000;
    this.#now = now;
    this.#left = burst;
    this.#filledAt = now();
  }

  /** Takes one; false once there is none. */
  spend(): boolean {
    if (this.#left < 1) this.#refill();
    this.#left--;
    return this.#left >= 0;
  }

  /** Gives back what useful work has earned. */
  earn(amount: number): void {
    this.#left = Math.min(this.#burst, this.#left + amount);
  }

  #refill(): void {
    const now = this.#now();
    this.#left = Math.min(this.#burst, this.#left + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
  }
}
