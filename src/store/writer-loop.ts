/** The writer's day: takes packed events in order, stores them, and lives through full disks and locks. */
import { isTransient } from "./database.ts";
import { unpackEvents } from "./event-buffer.ts";
import type { EventRow } from "./event-row.ts";
import type { EventsMessage, FromWorker } from "./worker-messages.ts";

/** Buffers that one transaction takes together; fewer commits when the writer is behind. */
const buffersATransaction = 16;

const firstRetryMs = 250;
const longestRetryMs = 5000;

/** What the loop needs of its surroundings. */
export interface WriterLoopPorts {
  /** Stores all rows or throws SQLite's error; returns how many had an unusable id. */
  readonly write: (rows: readonly EventRow[]) => number;
  readonly post: (message: FromWorker, transfer: ArrayBuffer[]) => void;
  readonly schedule: (run: () => void, delayMs: number) => void;
}

/** Queues events until they are stored. What waits is bounded by the sender's credits. */
export class WriterLoop {
  readonly #ports: WriterLoopPorts;
  readonly #queue: EventsMessage[] = [];
  #isScheduled = false;
  #retryMs = firstRetryMs;
  #reason: string | undefined;

  constructor(ports: WriterLoopPorts) {
    this.#ports = ports;
  }

  /** Takes one packed buffer. */
  accept(message: EventsMessage): void {
    this.#queue.push(message);
    this.#schedule(0);
  }

  /** Stores everything that waits, trying once; what cannot be stored is given up and counted. */
  finish(): void {
    while (this.#queue.length > 0) {
      if (!this.#storeSome()) this.#release(this.#queue.length, this.#rowsOf(this.#queue));
    }
  }

  /** Says whether the database takes writes; told to the serving thread when it changes. */
  report(reason: string | undefined): void {
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.#ports.post({ kind: "health", health: { isHealthy: reason === undefined, reason } }, []);
  }

  #schedule(delayMs: number): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#ports.schedule(() => {
      this.#isScheduled = false;
      this.#run();
    }, delayMs);
  }

  #run(): void {
    if (this.#queue.length === 0) return;
    if (this.#storeSome()) {
      this.#retryMs = firstRetryMs;
      if (this.#queue.length > 0) this.#schedule(0);
      return;
    }
    this.#schedule(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  /** Stores the oldest buffers; false when they must be tried again. */
  #storeSome(): boolean {
    const taken = this.#queue.slice(0, buffersATransaction);
    try {
      const rows = taken.flatMap((message) => unpackEvents(message.buffer, message.rows));
      const lost = this.#ports.write(rows);
      this.report(undefined);
      this.#release(taken.length, lost);
      return true;
    } catch (error) {
      this.report(error instanceof Error ? error.message : String(error));
      if (isTransient(error)) return false;
      // These rows can never be stored; the ones behind them perhaps can.
      this.#release(taken.length, this.#rowsOf(taken));
      return true;
    }
  }

  #rowsOf(messages: readonly EventsMessage[]): number {
    return messages.reduce((sum, message) => sum + message.rows, 0);
  }

  #release(count: number, lost: number): void {
    const done = this.#queue.splice(0, count);
    const buffers = done.map((message) => message.buffer);
    const bytes = done.reduce((sum, message) => sum + message.bytes, 0);
    this.#ports.post({ kind: "stored", rows: this.#rowsOf(done), bytes, lost, buffers }, buffers);
  }
}
