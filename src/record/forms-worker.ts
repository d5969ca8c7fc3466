/** The Worker that compares genuine answers, one order at a time; it ends when nothing was asked for a while. */
import type { LearnedAnswer } from "../perform/answer-template.ts";
import { workerUrl } from "../worker-url.ts";
import type { LearnOrder } from "./learn.worker.ts";

/** An order that takes longer is given up, and the Worker with it, ms. */
const longestMs = 20_000;
const idleMs = 30_000;

/** Orders are worked off in turn; whoever asks has at most one, so that few wait. */
export class FormsWorker {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: Timer | undefined;

  /** Rejects when the Worker dies or takes too long. */
  learn(order: LearnOrder): Promise<LearnedAnswer> {
    const next = this.#last.then(() => this.#ask(order));
    this.#last = next.catch(() => undefined);
    return next;
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #ask(order: LearnOrder): Promise<LearnedAnswer> {
    clearTimeout(this.#idle);
    this.#worker ??= new Worker(workerUrl("record/learn"));
    const worker = this.#worker;
    const { promise, resolve, reject } = Promise.withResolvers<LearnedAnswer>();
    const timer = setTimeout(() => reject(new Error("learning from answers took too long")), longestMs);
    worker.onmessage = ({ data }: MessageEvent<LearnedAnswer>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(order);
    try {
      const learned = await promise;
      this.#idle = setTimeout(() => this.close(), idleMs);
      return learned;
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
