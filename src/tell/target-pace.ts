/** How fast each target is called: few at once, not too many a second, and a target that is down is left alone for a while. */

/** Calls at once to one target, and a second: it begins slowly, and each call that is taken allows one a second more. */
const mostAtOnce = 4;
const fewestASecond = 10;
const mostASecond = 100;
const burst = 20;
/** So many failures in a row stand for the target and not for one call. */
const failuresOfTarget = 3;
const shortestPauseMs = 2000;
const longestPauseMs = 5 * 60_000;
const longestAskedPauseMs = 24 * 3_600_000;
const mostTargets = 2000;

interface Pace {
  inFlight: number;
  failures: number;
  pausedUntil: number;
  /** Calls a second. */
  rate: number;
  tokens: number;
  filledAt: number;
}

/** Keeps the pace of all targets. */
export class TargetPaces {
  readonly #paces = new Map<string, Pace>();
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Calls that may be begun with now, by target; those that are not named may have `mostAtOnce`. */
  capacities(now: number): Record<string, number> {
    const capacities: Record<string, number> = {};
    for (const [target, pace] of this.#paces) capacities[target] = capacityOf(pace, now);
    return capacities;
  }

  begin(target: string, now: number): void {
    const pace = this.#pace(target, now);
    pace.inFlight++;
    pace.tokens--;
  }

  /** A call ended; `isTargetsFault` when the target, and not what it was told, is to blame. */
  end(target: string, isTargetsFault: boolean, retryAfterMs: number | undefined, now: number): void {
    const pace = this.#pace(target, now);
    pace.inFlight--;
    if (!isTargetsFault) {
      pace.failures = 0;
      pace.rate = Math.min(mostASecond, pace.rate + 1);
      return;
    }
    pace.failures++;
    pace.rate = fewestASecond;
    if (retryAfterMs !== undefined) {
      pace.pausedUntil = Math.max(pace.pausedUntil, now + Math.min(retryAfterMs, longestAskedPauseMs));
    } else if (pace.failures >= failuresOfTarget) {
      const pauseMs = backoffMs(
        pace.failures - failuresOfTarget,
        shortestPauseMs,
        longestPauseMs,
        this.#random(),
      );
      pace.pausedUntil = now + pauseMs;
    }
  }

  /** When a target that may not be called now may be called again; undefined when all may. */
  nextAt(now: number): number | undefined {
    let next: number | undefined;
    for (const pace of this.#paces.values()) {
      if (capacityOf(pace, now) > 0 || pace.inFlight > 0) continue;
      const at = Math.max(pace.pausedUntil, now + 1000 / pace.rate);
      next = Math.min(next ?? at, at);
    }
    return next;
  }

  #pace(target: string, now: number): Pace {
    let pace = this.#paces.get(target);
    if (!pace) {
      if (this.#paces.size >= mostTargets) this.#forgetIdle(now);
      pace = { inFlight: 0, failures: 0, pausedUntil: 0, rate: fewestASecond, tokens: burst, filledAt: now };
      this.#paces.set(target, pace);
    }
    fill(pace, now);
    return pace;
  }

  #forgetIdle(now: number): void {
    for (const [target, pace] of this.#paces) {
      if (pace.inFlight === 0 && pace.pausedUntil <= now) this.#paces.delete(target);
    }
  }
}

/** Calls at once to a target of which nothing is known yet. */
export const initialCapacity = mostAtOnce;

/** Doubling waits with jitter: between half of the wait and all of it, so that many do not come back together. */
export function backoffMs(failures: number, shortestMs: number, longestMs: number, random: number): number {
  const wait = Math.min(longestMs, shortestMs * 2 ** Math.min(failures, 30));
  return Math.round(wait * (0.5 + random / 2));
}

function capacityOf(pace: Pace, now: number): number {
  fill(pace, now);
  if (now < pace.pausedUntil) return 0;
  // One asks whether a target is up again before all do.
  const atOnce = pace.failures >= failuresOfTarget ? 1 : mostAtOnce;
  return Math.max(0, Math.min(atOnce - pace.inFlight, Math.floor(pace.tokens)));
}

function fill(pace: Pace, now: number): void {
  const seconds = Math.max(0, now - pace.filledAt) / 1000;
  pace.tokens = Math.min(burst, pace.tokens + seconds * pace.rate);
  pace.filledAt = now;
}
