/** The origins of one app: each as often as its weight says, and in each other's place when one fails. */
import { RetryBudget } from "./retry-budget.ts";
import type { Upstream } from "./upstream.ts";
import type { UpstreamPool } from "./upstream-pool.ts";

/** An origin and its share. */
export interface GroupMember {
  readonly pool: UpstreamPool;
  readonly weight: number;
}

/** Chooses among them. */
export class OriginGroup implements Upstream {
  readonly members: readonly GroupMember[];
  readonly #random: () => number;
  readonly #budget = new RetryBudget();
  readonly #single: UpstreamPool | undefined;

  /** `random` gives 0 to 1. */
  constructor(members: readonly GroupMember[], random: () => number) {
    this.members = members;
    this.#random = random;
    this.#single = members.length === 1 ? members[0]?.pool : undefined;
  }

  choose(tried: readonly UpstreamPool[]): UpstreamPool | undefined {
    if (tried.length === 0) this.#budget.earn();
    const single = this.#single;
    // INVARIANT: this is every request of most apps; nothing is allocated.
    if (single && tried.length === 0 && single.health.isUp && !single.health.isOnTrial) return single;
    const left = this.members.filter(({ pool }) => pool.health.isUp && !tried.includes(pool));
    const well = left.filter(({ pool }) => mayBeAsked(pool));
    return (
      this.#pick(well.filter(({ pool }) => !pool.isFull)) ??
      this.#pick(well) ??
      this.#pick(this.#lastResorts(left)) ??
      undefined
    );
  }

  mayRetry(): boolean {
    return this.#budget.take();
  }

  /** Who answers badly is better than nobody; who cannot be reached is tried by one request at a time. */
  #lastResorts(left: readonly GroupMember[]): GroupMember[] {
    return left.filter(({ pool }) => pool.health.isBurst || pool.idle > 0 || pool.connecting === 0);
  }

  /** The share of the weights that a random point falls into; an only origin has no use for its weight. */
  #pick(members: readonly GroupMember[]): UpstreamPool | undefined {
    if (this.members.length === 1) return members[0]?.pool;
    let rest = this.#random() * members.reduce((sum, { weight }) => sum + weight, 0);
    for (const { pool, weight } of members) {
      rest -= weight;
      if (rest < 0) return pool;
    }
    return undefined;
  }
}

function mayBeAsked({ health, connecting, idle }: UpstreamPool): boolean {
  if (!health.isOnTrial) return true;
  return !health.isResting && (idle > 0 || connecting === 0);
}
