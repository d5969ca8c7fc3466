/** The handles through which everything else reaches storage. */
import type { EnforcementSwitch } from "./enforcement-switch.ts";
import type { EventRow } from "./event-row.ts";
import type { StoredForm } from "./learned-answers.ts";
import type { StoreCommands } from "./store-commands.ts";
import type { StoredRevision, StoreReader } from "./store-reader.ts";

/** How far the writer is behind. */
export interface EventPressure {
  /** Bytes handed over and not yet stored. */
  readonly outstandingBytes: number;
  readonly maxOutstandingBytes: number;
  /** True while plain events are sampled because the writer is behind. */
  readonly isSampling: boolean;
  /** Events since the start that were never stored: sampled away, or lost to errors. */
  readonly droppedEvents: number;
}

/** Takes events; never blocks and never throws. */
export interface StoreEvents {
  /** Queues one event (≤ 2 µs); it is on disk within 250 ms unless the writer is behind. */
  append(row: EventRow): void;
  /** Resolves when everything appended so far is stored or counted as dropped. */
  flush(): Promise<void>;
  pressure(): EventPressure;
}

/** What is read on the calling thread, before serving starts. */
export interface StoreBoot {
  /** The revision that was saved last. */
  latestRevision(): StoredRevision | undefined;
  hasUsers(): boolean;
  /** What was switched off when the process last ran, or meanwhile. */
  switches(): readonly EnforcementSwitch[];
  /** What was learned of genuine answers so far. */
  learnedForms(): readonly StoredForm[];
  /** The random key of this name; made when first asked for. */
  secret(name: string, bytes: number): Uint8Array;
}

/** Whether the writer can write. */
export interface StoreHealth {
  readonly isHealthy: boolean;
  /** For people; undefined when healthy. */
  readonly reason: string | undefined;
}

/** The handles to storage. */
export interface Store {
  readonly boot: StoreBoot;
  readonly events: StoreEvents;
  readonly commands: StoreCommands;
  readonly reader: StoreReader;
  health(): StoreHealth;
  /** Stores what is queued and ends the Workers. */
  close(): Promise<void>;
}
