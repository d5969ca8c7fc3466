/** One Worker and the calls that wait for it: each call ends in time, and a dead Worker is replaced. */
import { AppError } from "../app-error.ts";
import type { FromWorker, ToWorker, WorkerStart } from "./worker-messages.ts";

/** Calls that may wait at once; beyond it a call is refused instead of queued. */
const maxWaiting = 1000;

const restartDelayMs = 200;
const reopenDelayMs = 2000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
  readonly timer: Timer;
}

/** How a Worker is started and watched. */
export interface ChannelOptions {
  readonly url: string | URL;
  readonly start: WorkerStart;
  readonly timeoutMs: number;
  /** True when a Worker that missed a call's deadline is taken for stuck and replaced. */
  readonly replacesStuck: boolean;
  /** Receives what is no answer to a call. */
  readonly onMessage?: (message: FromWorker) => void;
  /** The Worker died with whatever it held; another one is being started. */
  readonly onCrash?: () => void;
}

/** Calls into a Worker by name. */
export class WorkerChannel {
  readonly #options: ChannelOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker;
  #nextCall = 1;
  #isClosed = false;
  #ready = Promise.withResolvers<void>();

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#worker = this.#startWorker();
  }

  /** Resolves once the Worker has opened the database; rejects with AppError `database_unusable` when it cannot. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Sends a message that has no answer of its own. */
  send(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Calls a function of the Worker; rejects with AppError, `store_timeout` after the deadline. */
  call<Value>(name: string, args: readonly unknown[], timeoutMs = this.#options.timeoutMs): Promise<Value> {
    if (this.#isClosed || this.#waiting.size >= maxWaiting) {
      const reason = this.#isClosed ? "storage is closed" : "too many calls wait for storage";
      return Promise.reject(new AppError("store_timeout", reason));
    }
    const call = this.#nextCall++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => this.#expire(call, timeoutMs), timeoutMs);
    this.#waiting.set(call, { resolve, reject, timer });
    this.send({ kind: "call", call, name, args });
    return promise as Promise<Value>;
  }

  /** Ends the Worker at once; waiting calls are rejected. */
  close(): void {
    this.#isClosed = true;
    this.#worker.terminate();
    this.#rejectAll("storage is closed");
  }

  #startWorker(): Worker {
    const worker = new Worker(this.#options.url);
    worker.addEventListener("message", (event: MessageEvent<FromWorker>) => {
      if (worker === this.#worker) this.#receive(event.data);
    });
    worker.addEventListener("error", (event) => this.#crashed(worker, event.message));
    worker.addEventListener("close", () => this.#crashed(worker, "it ended by itself"));
    worker.postMessage(this.#options.start, []);
    return worker;
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case "ready":
        this.#ready.resolve();
        return;
      case "answer":
        this.#settle(message.call)?.resolve(message.value);
        return;
      case "failure":
        this.#fail(message.call, new AppError(message.code, message.message));
        return;
      case "stored":
      case "health":
        this.#options.onMessage?.(message);
    }
  }

  #fail(call: number, error: AppError): void {
    if (call !== 0) {
      this.#settle(call)?.reject(error);
      return;
    }
    // Call 0 is the start itself; when a replacement cannot open the database, perhaps the next one can.
    this.#ready.reject(error);
    const worker = this.#worker;
    setTimeout(() => {
      this.#replace(worker, error.publicMessage);
      worker.terminate();
    }, reopenDelayMs);
  }

  #settle(call: number): Waiting | undefined {
    const waiting = this.#waiting.get(call);
    if (!waiting) return undefined;
    clearTimeout(waiting.timer);
    this.#waiting.delete(call);
    return waiting;
  }

  #expire(call: number, timeoutMs: number): void {
    const message = `storage did not answer within ${timeoutMs} ms`;
    this.#settle(call)?.reject(new AppError("store_timeout", message));
    if (!this.#options.replacesStuck || this.#isClosed) return;
    const stuck = this.#worker;
    this.#replace(stuck, message);
    stuck.terminate();
  }

  #crashed(worker: Worker, reason: string): void {
    if (worker !== this.#worker || this.#isClosed) return;
    this.#ready.reject(new AppError("database_unusable", `a storage thread failed: ${reason}`));
    // Late, so that a Worker that always dies does not spin.
    setTimeout(() => this.#replace(worker, `a storage thread failed: ${reason}`), restartDelayMs);
  }

  #replace(worker: Worker, reason: string): void {
    if (worker !== this.#worker || this.#isClosed) return;
    this.#worker = this.#startWorker();
    this.#rejectAll(reason);
    this.#options.onCrash?.();
  }

  #rejectAll(reason: string): void {
    const error = new AppError("store_timeout", reason);
    for (const call of this.#waiting.keys()) this.#settle(call)?.reject(error);
  }
}
