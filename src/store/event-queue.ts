/**
 * Events on the serving thread: packed into the current buffer and handed to the writer on time.
 *
 * Credits bound what waits: beyond half of them plain events are sampled, beyond all of them left out. Only events with a
 * receipt (a policy matched) may use the reserve above, and only what the ledger needs (what accounts do that were taken
 * over, and what moves money) a second one of the same size above that.
 */
import { EventPacker } from "./event-buffer.ts";
import type { EventRow } from "./event-row.ts";
import type { EventPressure, StoreEvents } from "./store-handles.ts";
import type { EventsMessage, FromWorker } from "./worker-messages.ts";

const flushMs = 50;
const bufferBytes = 256 * 1024;
const pooledBuffers = 8;
const sampleOneIn = 8;

/** Bounds of what may wait for the writer, in packed bytes. */
export interface QueueBounds {
  readonly maxOutstandingBytes: number;
  /** Above the maximum, for events with a receipt alone; as much again is for what the ledger needs. */
  readonly reserveBytes: number;
}

const defaultBounds: QueueBounds = { maxOutstandingBytes: 16 << 20, reserveBytes: 16 << 20 };

/** The events' side of the store. */
export class EventQueue implements StoreEvents {
  readonly #send: (message: EventsMessage) => void;
  readonly #bounds: QueueBounds;
  readonly #pool: ArrayBuffer[] = [];
  #packer = new EventPacker(new ArrayBuffer(bufferBytes));
  #timer: Timer | undefined;
  #outstandingBytes = 0;
  #sentRows = 0;
  #doneRows = 0;
  #dropped = 0;
  #sampleTurn = 0;
  #isSampling = false;
  /** Waiting flushes, each until that many rows are done. */
  #flushes: { readonly rows: number; readonly resolve: () => void }[] = [];

  constructor(send: (message: EventsMessage) => void, bounds: QueueBounds = defaultBounds) {
    this.#send = send;
    this.#bounds = bounds;
  }

  append(row: EventRow): void {
    if (!this.#admits(row)) {
      this.#dropped++;
      return;
    }
    if (!this.#packer.add(row)) {
      this.handOver();
      if (!this.#packer.add(row)) {
        this.#dropped++;
        return;
      }
    }
    // Each hand-over wakes the writer's thread, so it waits for a full buffer or for its time, not for a few rows.
    this.#timer ??= setTimeout(() => this.handOver(), flushMs);
  }

  flush(): Promise<void> {
    this.handOver();
    const rows = this.#sentRows;
    if (this.#doneRows >= rows) return Promise.resolve();
    return new Promise((resolve) => this.#flushes.push({ rows, resolve }));
  }

  pressure(): EventPressure {
    return {
      outstandingBytes: this.#outstandingBytes + this.#packer.usedBytes,
      maxOutstandingBytes: this.#bounds.maxOutstandingBytes,
      isSampling: this.#isSampling,
      droppedEvents: this.#dropped,
    };
  }

  /** Takes the writer's word for what it stored or lost. */
  stored(message: Extract<FromWorker, { kind: "stored" }>): void {
    this.#outstandingBytes -= message.bytes;
    this.#dropped += message.lost;
    for (const buffer of message.buffers) {
      if (this.#pool.length < pooledBuffers) this.#pool.push(buffer);
    }
    this.#done(this.#doneRows + message.rows);
  }

  /** The writer died; what it held is lost and counted. */
  writerLost(): void {
    this.#dropped += this.#sentRows - this.#doneRows;
    this.#outstandingBytes = 0;
    this.#done(this.#sentRows);
  }

  #done(rows: number): void {
    this.#doneRows = rows;
    while (this.#flushes[0] && this.#flushes[0].rows <= rows) this.#flushes.shift()?.resolve();
  }

  #admits(row: EventRow): boolean {
    const { maxOutstandingBytes, reserveBytes } = this.#bounds;
    const waiting = this.#outstandingBytes;
    if (waiting < maxOutstandingBytes / 2) {
      this.#isSampling = false;
      return true;
    }
    this.#isSampling = true;
    if (row.isLedgers === true) return waiting < maxOutstandingBytes + 2 * reserveBytes;
    if (row.receipt !== undefined) return waiting < maxOutstandingBytes + reserveBytes;
    if (waiting >= maxOutstandingBytes) return false;
    this.#sampleTurn = (this.#sampleTurn + 1) % sampleOneIn;
    return this.#sampleTurn === 0;
  }

  /** Sends what is packed so far. */
  handOver(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { rows, usedBytes: bytes } = this.#packer;
    if (rows === 0) return;
    const buffer = this.#packer.take(this.#pool.pop() ?? new ArrayBuffer(bufferBytes));
    this.#outstandingBytes += bytes;
    this.#sentRows += rows;
    this.#send({ kind: "events", buffer, rows, bytes });
  }
}
