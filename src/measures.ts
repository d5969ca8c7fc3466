/** The process's measures: taken up from the last run, saved every minute and at the end. */
import { join } from "node:path";
import { usualRoom } from "../dsl/index.ts";
import { GaugeFile } from "./gauge/gauge-file.ts";
import { GaugeStore } from "./gauge/gauge-store.ts";
import { SessionBook } from "./gauge/session-book.ts";
import { SessionFile } from "./gauge/session-file.ts";

const saveMs = 60_000;

/** What opening needs. */
export interface MeasuresOptions {
  readonly dataDir: string;
  /** 8 bytes that stay the same over restarts: the keys of all state are hashed with them. */
  readonly seed: Uint8Array;
  /** 32 bytes that stay the same over restarts: what is known of sessions is sealed with them. */
  readonly sessionKey: Uint8Array;
  /** Whether this process still is the latest on the directory; one that came later saves what is newer. */
  readonly isLatest: () => boolean;
  /** Told what could not be saved or taken up; serving goes on either way. */
  readonly problem: (message: string, error?: unknown) => void;
}

/** Live measures. */
export interface Measures {
  readonly gauges: GaugeStore;
  readonly sessions: SessionBook;
  /** Saves for the last time. */
  close(): Promise<void>;
}

/** Opens the measures; a file that cannot be used is told, and counting starts afresh. */
export async function openMeasures({
  dataDir,
  seed,
  sessionKey,
  isLatest,
  problem,
}: MeasuresOptions): Promise<Measures> {
  const gauges = new GaugeStore({ maxBytes: usualRoom.gauges, maxMemoryBytes: usualRoom.memories, seed });
  const file = new GaugeFile(join(dataDir, "gauges.bin"), gauges);
  const refusal = await file.restore(Date.now());
  if (refusal !== undefined)
    problem(`the saved measures cannot be used (${refusal}): counting starts afresh`);
  const sessions = new SessionBook({ key: sessionKey });
  const sessionFile = new SessionFile(join(dataDir, "sessions.bin"), sessions);
  if (!(await sessionFile.restore()))
    problem("the saved sessions cannot be used: whose they are is learned again");
  const save = async () => {
    if (!isLatest()) return;
    await file.save(Date.now()).catch((error: unknown) => problem("the measures could not be saved", error));
    await sessionFile.save().catch((error: unknown) => problem("the sessions could not be saved", error));
  };
  const timer = setInterval(() => void save(), saveMs);
  return {
    gauges,
    sessions,
    close: async () => {
      clearInterval(timer);
      await save();
    },
  };
}
