/** What `hold` and `ratelimit` need of the host: keys that a policy keeps its hand on for a while. */

/** The hold of one policy; the same `id` is the same hold across revisions. */
export interface HoldSpec {
  readonly id: string;
  readonly name: string;
  readonly forMs: number;
}

/** Keys that a policy holds. */
export interface Hold {
  /** Holds the key for the spec's time from now; a hold that runs already starts anew. */
  hold(key: string, now: number): void;
  isHeld(key: string, now: number): boolean;
  /** Lets go of the key at once. */
  release(key: string, now: number): void;
  /** True when of late a key found no room or had to leave early. */
  isSaturated(now: number): boolean;
}

/** A rate limit; the same `id` is the same limit across revisions. */
export interface RateSpec {
  readonly id: string;
  readonly name: string;
  /** How many occurrences of a key pass in any `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
}

/** Counts what passed. Never lets more pass than the limit, and all below it over a window one twelfth longer. */
export interface RateLimit {
  /** True and counted when the key is below its limit; what is refused does not count. Passes whom it has no room for. */
  take(key: string, now: number): boolean;
  /** Whether `take` would refuse. */
  isOver(key: string, now: number): boolean;
  /** Milliseconds until `take` would pass again if nothing else did; 0 when it would now. */
  waitMs(key: string, now: number): number;
  /** True when of late a key found no room. */
  isSaturated(now: number): boolean;
}

/** Opens holds and rate limits by their spec; the same id gives the same state. */
export interface HoldPort {
  openHold(spec: HoldSpec): Hold;
  openRate(spec: RateSpec): RateLimit;
}
