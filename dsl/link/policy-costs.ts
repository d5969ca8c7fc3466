/**
 * What each policy costs and how often it is reached, measured on sampled requests in the order in which they are
 * really asked: who asks a shared question first pays for it, and what a look-up in a table costs belongs to nobody.
 * No decision hangs on it.
 */
import type { PolicyRuleIr } from "../policy-ir.ts";
import type { PolicyCost } from "../policy-set.ts";

/** Requests after which the counts of a policy are halved, so that the past fades. */
const mostRequests = 4096;
/** The newest time weighs at least one part in so many. */
const mostWeight = 64;
/** Policies timed in one request; of more that are reached, others are timed each time. */
const mostTimed = 256;
/** Longer waits are the machine's (a collection, another thread), not the policy's. */
const longestNs = 1_000_000;
/** Where more policies share a question none of them is charged for it: a share is next to nothing. */
const mostSharers = 16;
/** Returned by `start` where no time is taken. */
const untimed = -1;

/** Measured costs by the policies' rank. */
export class PolicyCosts {
  private readonly policies: readonly PolicyRuleIr[];
  private readonly clock: () => number;
  private readonly clockNs: number;
  private readonly means: Float64Array;
  private readonly times: Uint8Array;
  private readonly requests: Uint16Array;
  private readonly asked: Uint16Array;
  private readonly matched: Uint16Array;
  private stride = 1;
  private phase = 0;
  private left = 0;
  private reached = 0;
  /** Each policy's share of the question before it, in ns. */
  private share = 0;

  /** What `before` measured of policies with the same name and text is taken over; `clock` is monotonic, in ns. */
  constructor(
    policies: readonly PolicyRuleIr[],
    before: PolicyCosts | undefined,
    clock: () => number = Bun.nanoseconds,
  ) {
    this.policies = policies;
    this.clock = clock;
    this.clockNs = costOf(clock);
    this.means = new Float64Array(policies.length);
    this.times = new Uint8Array(policies.length);
    this.requests = new Uint16Array(policies.length);
    this.asked = new Uint16Array(policies.length);
    this.matched = new Uint16Array(policies.length);
    if (before) this.takeOver(before);
  }

  /** A sampled request comes to a bucket with these policies, whose last one reached so many. */
  begin(policies: readonly { readonly rank: number }[], reachedBefore: number): void {
    this.stride = Math.max(1, Math.ceil(reachedBefore / mostTimed));
    this.phase = (this.phase + 1) % this.stride;
    this.left = mostTimed;
    this.reached = 0;
    for (const { rank } of policies) this.countRequest(rank);
  }

  /** How many policies the request reached. */
  get reachedNow(): number {
    return this.reached;
  }

  /** Before a policy is asked about; what it returns belongs to `end`. */
  start(): number {
    const isTimed = this.reached++ % this.stride === this.phase && this.left > 0;
    if (!isTimed) return untimed;
    this.left--;
    return this.clock();
  }

  /** After a policy was asked about. */
  end(rank: number, started: number, isMatch: boolean): void {
    if (started !== untimed && this.share !== untimed) this.time(rank, this.since(started) + this.share);
    this.asked[rank] = this.asked[rank]! + 1;
    if (isMatch) this.matched[rank] = this.matched[rank]! + 1;
  }

  /** After a question was asked that policies share; until `passed` each is charged a part of it. */
  pass(started: number, { length }: readonly unknown[]): void {
    if (started === untimed) this.share = untimed;
    else this.share = length > 0 && length <= mostSharers ? this.since(started) / length : 0;
  }

  /** The question that was asked last sends the request past the policies that share it. */
  refuse(sharers: readonly { readonly policy: { readonly rank: number } }[]): void {
    if (sharers.length > mostSharers) return;
    for (const { policy } of sharers) {
      if (this.share !== untimed) this.time(policy.rank, this.share);
      this.asked[policy.rank] = this.asked[policy.rank]! + 1;
    }
  }

  /** All is asked that hangs on a shared question. */
  passed(): void {
    this.share = 0;
  }

  /** Of every policy that a sampled request came by. */
  all(): PolicyCost[] {
    return this.policies.flatMap(({ name }, rank) => {
      const requests = this.requests[rank]!;
      if (requests === 0) return [];
      const meanNs = this.times[rank] === 0 ? undefined : this.means[rank]!;
      return [{ policy: name, meanNs, requests, asked: this.asked[rank]!, matched: this.matched[rank]! }];
    });
  }

  private countRequest(rank: number): void {
    if (this.requests[rank] === mostRequests) {
      this.requests[rank] = mostRequests / 2;
      this.asked[rank] = this.asked[rank]! >> 1;
      this.matched[rank] = this.matched[rank]! >> 1;
    }
    this.requests[rank] = this.requests[rank]! + 1;
  }

  private since(started: number): number {
    return Math.max(0, this.clock() - started - this.clockNs);
  }

  private time(rank: number, ns: number): void {
    const taken = Math.min(longestNs, ns);
    const times = Math.min(mostWeight, this.times[rank]! + 1);
    this.times[rank] = times;
    this.means[rank] = this.means[rank]! + (taken - this.means[rank]!) / times;
  }

  private takeOver(before: PolicyCosts): void {
    const places = new Map(before.policies.map(({ name }, rank) => [name, rank]));
    for (const [rank, { name, source }] of this.policies.entries()) {
      const place = places.get(name);
      if (place === undefined || before.policies[place]!.source !== source) continue;
      this.means[rank] = before.means[place]!;
      this.times[rank] = before.times[place]!;
      this.requests[rank] = before.requests[place]!;
      this.asked[rank] = before.asked[place]!;
      this.matched[rank] = before.matched[place]!;
    }
  }
}

/** What reading the clock itself takes, which is no policy's cost. */
function costOf(clock: () => number): number {
  let least = longestNs;
  for (let count = 0; count < 32; count++) {
    const from = clock();
    least = Math.min(least, clock() - from);
  }
  return Math.max(0, least);
}
