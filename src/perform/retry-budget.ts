/** Bounds what is sent again: when every origin fails, retries must not double the load that makes them fail. */

/** Each request earns this share of a retry. */
const earned = 0.2;
const most = 50;
/** Regained each second besides, so that little traffic can fail over, too. */
const perSecond = 2;

/** The retries that an app may still make. */
export class RetryBudget {
  #tokens = most;
  #at: number;
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#at = now();
  }

  /** A request came. */
  earn(): void {
    if (this.#tokens < most) this.#tokens += earned;
  }

  /** Takes one; false when there is none left. */
  take(): boolean {
    const now = this.#now();
    this.#tokens = Math.min(most, this.#tokens + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
