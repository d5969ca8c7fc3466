/** The range's own time: everybody in it sleeps by this clock, whose speed may change while they sleep. */
import type { ClockSetting } from "./compressed-clock.ts";

/** Somebody who waits. */
interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** Real ms between looks at who is to be woken. */
const tickMs = 2;

/** Compressed time; `follow` passes each change on to whoever shares it. */
export class RangeClock {
  #base: number;
  #anchor = performance.now();
  #speed = 1;
  /** A binary heap by `until`. */
  readonly #sleepers: Sleeper[] = [];
  readonly #follow: (setting: ClockSetting) => void;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(start: number, follow: (setting: ClockSetting) => void) {
    this.#base = start;
    this.#follow = follow;
    this.#timer = setInterval(() => this.#wakeDue(), tickMs);
    follow({ at: start, speed: 1 });
  }

  /** Ms since epoch, compressed. */
  get now(): number {
    return this.#base + (performance.now() - this.#anchor) * this.#speed;
  }

  /** From now on so many ms pass in one. */
  run(speed: number): void {
    this.#base = this.now;
    this.#anchor = performance.now();
    this.#speed = speed;
    this.#follow({ at: this.#base, speed });
  }

  /** Resolves once the clock shows `until`; at once if it does. */
  sleepUntil(until: number): Promise<void> {
    if (until <= this.now) return Promise.resolve();
    return new Promise((wake) => this.#push({ until, wake }));
  }

  sleep(ms: number): Promise<void> {
    return this.sleepUntil(this.now + ms);
  }

  /** Whoever sleeps stays asleep. */
  stop(): void {
    clearInterval(this.#timer);
    this.#sleepers.length = 0;
  }

  #wakeDue(): void {
    const { now } = this;
    for (let first = this.#sleepers[0]; first && first.until <= now; first = this.#sleepers[0]) {
      this.#pop();
      first.wake();
    }
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#sleepers;
    let at = heap.push(sleeper) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.until <= sleeper.until) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = sleeper;
  }

  #pop(): void {
    const heap = this.#sleepers;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.until < heap[child]!.until) child++;
      if (heap[child]!.until >= last.until) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
