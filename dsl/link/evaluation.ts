/** The state of one evaluation, reused by the next: memos are stamped with its number, so that nothing needs clearing. */

/** Three values: a question about a missing field is unknown. */
export type Truth = 0 | 1 | 2;

/** Not true. */
export const no = 0;
/** True. */
export const yes = 1;
/** Unknown: the field is missing. */
export const unknown = 2;

/** A question about a request. */
export type Question<F> = (facts: F) => Truth;

const lastEpoch = 0xffffffff;

/** Stamps and the clock of the request being judged. Judging is synchronous, so that one is enough for a set. */
export class Evaluation {
  epoch = 0;
  private clock: number | undefined;
  private readonly stamps: Uint32Array[] = [];

  /** Starts a request; without a time, the clock is read when something asks for it. */
  begin(now: number | undefined): void {
    this.clock = now;
    if (this.epoch === lastEpoch) {
      for (const stamp of this.stamps) stamp.fill(0);
      this.epoch = 0;
    }
    this.epoch++;
  }

  /** Ms since the epoch, the same throughout one request. */
  get now(): number {
    this.clock ??= Date.now();
    return this.clock;
  }

  /** Stamps for `size` memos; a memo holds when its stamp is the current epoch. */
  stampsFor(size: number): Uint32Array {
    const stamps = new Uint32Array(size);
    this.stamps.push(stamps);
    return stamps;
  }
}
