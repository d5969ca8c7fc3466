/** Whether one origin should be asked: what checks say of it, and what requests have met. */

/** Connections that fail in a row before an origin is left alone for a while. */
const mostRefusals = 3;
/** Errors of the server (5xx), broken and late answers in a row that count as a burst. */
const mostErrors = 10;
/** How long an origin is left alone at first, ms; each time doubles it. */
const firstRestMs = 1_000;
const longestRestMs = 30_000;

/** The state of one origin. */
export class OriginHealth {
  readonly #now: () => number;
  /** What the checks say; without checks it stays true. */
  isUp = true;
  #refusals = 0;
  #errors = 0;
  #rests = 0;
  #restsUntil = 0;
  #isBurst = false;
  /** The last thing that went wrong, and when (ms since the epoch). */
  problem: { readonly text: string; readonly at: number } | undefined;

  /** `now` in ms of a clock that nobody sets: a rest would otherwise last as long as the clock went back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** It cannot be connected to lately, and its rest is not over. */
  get isResting(): boolean {
    return this.#restsUntil !== 0 && this.#now() < this.#restsUntil;
  }

  /** It rests for answering badly, not for being unreachable. */
  get isBurst(): boolean {
    return this.#isBurst && this.isResting;
  }

  /** It rested, and nothing has gone well since: one at a time may try. */
  get isOnTrial(): boolean {
    return this.#restsUntil !== 0;
  }

  /** A connection could not be made. */
  refused(text: string): void {
    this.#note(text);
    this.#refusals++;
    if (this.#refusals >= mostRefusals) this.#rest(false);
  }

  /** A connection was made. */
  connected(): void {
    this.#refusals = 0;
    if (this.#restsUntil !== 0 && !this.#isBurst) this.#recovered();
  }

  /** An answer came, or failed to: undefined. */
  answered(status: number | undefined, text?: string): void {
    if (status !== undefined && status < 500) {
      if (this.#errors !== 0) this.#errors = 0;
      if (this.#isBurst && !this.isResting) this.#recovered();
      return;
    }
    this.#errors++;
    this.#note(text ?? `answered ${status}`);
    if (this.#errors >= mostErrors) this.#rest(true);
  }

  /** A check ended its series: the origin is up or down. */
  checked(isUp: boolean, text: string): void {
    this.isUp = isUp;
    if (isUp) this.#recovered();
    else this.#note(text);
  }

  #note(text: string): void {
    this.problem = { text: text.slice(0, 200), at: Date.now() };
  }

  #rest(isBurst: boolean): void {
    const now = this.#now();
    if (now < this.#restsUntil) return;
    this.#restsUntil = now + Math.min(longestRestMs, firstRestMs * 2 ** this.#rests);
    this.#rests++;
    this.#isBurst = isBurst;
    this.#errors = 0;
  }

  #recovered(): void {
    this.#restsUntil = 0;
    this.#isBurst = false;
    this.#refusals = 0;
    this.#errors = 0;
    this.#rests = Math.max(0, this.#rests - 1);
  }
}
