/** Where one app's requests can go: a single origin, or several that stand in for each other. */
import type { UpstreamPool } from "./upstream-pool.ts";

/** A choice of origins. */
export interface Upstream {
  /** Where to send a request, none of `tried`; undefined when nobody can take it. */
  choose(tried: readonly UpstreamPool[]): UpstreamPool | undefined;
  /** True when a request that has not reached an origin may be sent once more. */
  mayRetry(): boolean;
}
