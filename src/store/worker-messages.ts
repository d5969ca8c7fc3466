/** What the serving thread and the store's Workers say to each other. */
import type { AppErrorCode } from "../app-error.ts";
import type { StoreCommands } from "./store-commands.ts";
import type { StoreHealth } from "./store-handles.ts";
import type { StoreReader } from "./store-reader.ts";

/** The first message to either Worker. */
export interface WorkerStart {
  readonly kind: "start";
  readonly path: string;
  /** Used by the writer. */
  readonly retentionMs: number;
}

/** One call by name; the answer carries the same number. */
export interface WorkerCall {
  readonly kind: "call";
  readonly call: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Packed events; the buffer is transferred. */
export interface EventsMessage {
  readonly kind: "events";
  readonly buffer: ArrayBuffer;
  readonly rows: number;
  readonly bytes: number;
}

/** Everything that a Worker is sent. */
export type ToWorker = WorkerStart | WorkerCall | EventsMessage;

/** Everything that a Worker sends. */
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly call: number; readonly value: unknown }
  | {
      readonly kind: "failure";
      readonly call: number;
      readonly code: AppErrorCode;
      readonly message: string;
    }
  /** Events that were stored or given up; the buffer comes back for reuse. */
  | {
      readonly kind: "stored";
      readonly rows: number;
      readonly bytes: number;
      readonly lost: number;
      readonly buffers: readonly ArrayBuffer[];
    }
  | { readonly kind: "health"; readonly health: StoreHealth };

/** The writer's calls: the commands, and the end. */
export interface WriterCalls extends StoreCommands {
  /** Stores what was sent before, folds the log back and closes. */
  finish(): Promise<void>;
}

/** The same calls as plain functions, which is how a Worker implements them. */
export type Answers<Calls> = {
  [Name in keyof Calls]: Calls[Name] extends (...args: infer Args) => Promise<infer Value>
    ? (...args: Args) => Value
    : never;
};

/** What the reader Worker implements. */
export type ReaderAnswers = Answers<StoreReader>;
