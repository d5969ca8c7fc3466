/** Takes what is due out of the outbox, tries it, and says how it went; each target at its own pace. */
import type { Attempt, Capacity, Claim, ClaimedDelivery } from "../store/outbox-rows.ts";
import type { DeliveryEnd } from "./deliver.ts";
import { backoffMs, initialCapacity, TargetPaces } from "./target-pace.ts";

/** What the loop reaches. */
export interface LoopPorts {
  claim(capacity: Capacity): Promise<Claim>;
  settle(attempts: readonly Attempt[]): Promise<void>;
  deliver(delivery: ClaimedDelivery): Promise<DeliveryEnd>;
  /** Milliseconds that one try may take; a claim lasts longer. */
  readonly timeoutMs: number;
  readonly now?: () => number;
}

const mostInFlight = 32;
const mostAttempts = 15;
const firstWaitMs = 5000;
const longestWaitMs = 6 * 3_600_000;
const longestAskedWaitMs = 24 * 3_600_000;
/** The outbox is looked at at least and at most so often. */
const idleMs = 30_000;
const shortestSleepMs = 50;
const troubleMs = 2000;

/** Runs until stopped; `wake` when there is something new. */
export class DeliveryLoop {
  readonly #ports: LoopPorts;
  readonly #paces = new TargetPaces();
  readonly #now: () => number;
  #inFlight = 0;
  #timer: Timer | undefined;
  #isRunning = false;
  #isWoken = false;
  #isStopped = false;

  constructor(ports: LoopPorts) {
    this.#ports = ports;
    this.#now = ports.now ?? Date.now;
  }

  wake(): void {
    this.#isWoken = true;
    if (!this.#isRunning) void this.#run();
  }

  /** Begins with nothing more; what is under way ends by itself, or is taken up again after its lease. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let sleepMs = idleMs;
    while (this.#isWoken && !this.#isStopped) {
      this.#isWoken = false;
      sleepMs = await this.#takeDue();
    }
    this.#isRunning = false;
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.min(idleMs, Math.max(shortestSleepMs, sleepMs)));
  }

  /** How long nothing will be due, ms. */
  async #takeDue(): Promise<number> {
    const most = mostInFlight - this.#inFlight;
    // Whatever ends wakes the loop.
    if (most <= 0) return idleMs;
    try {
      const now = this.#now();
      const byTarget = this.#paces.capacities(now);
      // Asked of the same moment: a target that gets room while storage is being asked would be asked for by nobody.
      const paceAt = this.#paces.nextAt(now) ?? Infinity;
      const leaseMs = 2 * this.#ports.timeoutMs + 10_000;
      const claim = await this.#ports.claim({ byTarget, others: initialCapacity, most, leaseMs });
      for (const delivery of claim.deliveries) this.#begin(delivery);
      return Math.min(claim.nextAt ?? Infinity, paceAt) - this.#now();
    } catch {
      // Storage says by itself what is wrong with it.
      return troubleMs;
    }
  }

  #begin(delivery: ClaimedDelivery): void {
    this.#inFlight++;
    this.#paces.begin(delivery.target, this.#now());
    void this.#try(delivery);
  }

  async #try(delivery: ClaimedDelivery): Promise<void> {
    const end = await this.#ports.deliver(delivery);
    const now = this.#now();
    this.#inFlight--;
    this.#paces.end(delivery.target, end.isTargetsFault, end.retryAfterMs, now);
    try {
      await this.#ports.settle([attemptOf(delivery, end, now)]);
    } catch {
      // Its lease ends, and it is tried again under the same id.
    }
    this.wake();
  }
}

function attemptOf({ id, attempts, digest }: ClaimedDelivery, end: DeliveryEnd, now: number): Attempt {
  const isOver = end.state === "retry" && attempts >= mostAttempts;
  const asked = Math.min(end.retryAfterMs ?? 0, longestAskedWaitMs);
  const waitMs = Math.max(asked, backoffMs(attempts - 1, firstWaitMs, longestWaitMs, Math.random()));
  return {
    id,
    attempts,
    state: isOver ? "dead" : end.state === "retry" ? "pending" : end.state,
    nextAt: now + waitMs,
    status: end.status,
    problem: end.problem,
    told: digest?.count,
  };
}
