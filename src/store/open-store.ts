/** The one way to storage: opens the database, then hands it to Workers, so that no query ever blocks serving. */
import type { Database } from "bun:sqlite";
import { workerUrl } from "../worker-url.ts";
import { databaseError, openForWriting, prepareDatabaseFile } from "./database.ts";
import { EventQueue } from "./event-queue.ts";
import { migrate } from "./migrate.ts";
import { storeBoot } from "./store-boot.ts";
import type { StoreCommands } from "./store-commands.ts";
import type { Store, StoreBoot, StoreHealth } from "./store-handles.ts";
import type { StoreReader } from "./store-reader.ts";
import { WorkerChannel } from "./worker-channel.ts";
import type { FromWorker, WorkerStart } from "./worker-messages.ts";

export type { Store, StoreEvents } from "./store-handles.ts";

/** Where the database lies and how long events stay. */
export interface StoreOptions {
  readonly dataDir: string;
  /** Days that events are kept; 30 when left out. */
  readonly retentionDays?: number | undefined;
}

const dayMs = 24 * 3_600_000;
const callTimeoutMs = 5000;
const finishTimeoutMs = 15_000;

/** Opens or creates the database, migrates it and starts the Workers. Rejects with AppError `data_dir_unwritable` or `database_unusable`. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const path = prepareDatabaseFile(options.dataDir);
  const database = openForWriting(path);
  try {
    migrate(database, path);
  } catch (cause) {
    database.close();
    throw databaseError(path, cause);
  }
  const retentionMs = (options.retentionDays ?? 30) * dayMs;
  const store = new RunningStore(database, { kind: "start", path, retentionMs });
  try {
    await store.ready();
  } catch (cause) {
    store.abandon();
    throw cause;
  }
  return store;
}

class RunningStore implements Store {
  readonly boot: StoreBoot;
  readonly events: EventQueue;
  readonly commands: StoreCommands;
  readonly reader: StoreReader;
  readonly #database: Database;
  readonly #writer: WorkerChannel;
  readonly #readers: WorkerChannel;
  #health: StoreHealth = { isHealthy: true, reason: undefined };
  #closing: Promise<void> | undefined;

  constructor(database: Database, start: WorkerStart) {
    this.#database = database;
    this.boot = storeBoot(database);
    this.#writer = new WorkerChannel({
      url: workerUrl("store/writer"),
      start,
      timeoutMs: callTimeoutMs,
      // A writer that waits for a slow disk still holds events; replacing it would lose them.
      replacesStuck: false,
      onMessage: (message) => this.#receive(message),
      onCrash: () => this.events.writerLost(),
    });
    this.#readers = new WorkerChannel({
      url: workerUrl("store/reader"),
      start,
      timeoutMs: callTimeoutMs,
      replacesStuck: true,
    });
    this.events = new EventQueue((message) => this.#writer.send(message, [message.buffer]));
    this.commands = commandsOver(this.#writer);
    this.reader = readerOver(this.#readers);
  }

  async ready(): Promise<void> {
    await Promise.all([this.#writer.ready(), this.#readers.ready()]);
  }

  health(): StoreHealth {
    return this.#health;
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  abandon(): void {
    this.#writer.close();
    this.#readers.close();
    this.#database.close();
  }

  async #finish(): Promise<void> {
    this.events.handOver();
    try {
      this.#database.close();
      await this.#writer.call("finish", [], finishTimeoutMs);
    } finally {
      this.#writer.close();
      this.#readers.close();
    }
  }

  #receive(message: FromWorker): void {
    if (message.kind === "stored") this.events.stored(message);
    else if (message.kind === "health") this.#health = message.health;
  }
}

function commandsOver(channel: WorkerChannel): StoreCommands {
  return {
    saveRevision: (...args) => channel.call("saveRevision", args),
    saveCosts: (...args) => channel.call("saveCosts", args),
    saveUser: (...args) => channel.call("saveUser", args),
    saveSession: (...args) => channel.call("saveSession", args),
    deleteSession: (...args) => channel.call("deleteSession", args),
    saveLearned: (...args) => channel.call("saveLearned", args),
    switchOff: (...args) => channel.call("switchOff", args),
    switchOn: (...args) => channel.call("switchOn", args),
    audit: (...args) => channel.call("audit", args),
    commit: (...args) => channel.call("commit", args),
    claimDeliveries: (...args) => channel.call("claimDeliveries", args),
    settleDeliveries: (...args) => channel.call("settleDeliveries", args),
    resendDeliveries: (...args) => channel.call("resendDeliveries", args),
    dropDeliveries: (...args) => channel.call("dropDeliveries", args),
    acknowledge: (...args) => channel.call("acknowledge", args),
    keepSignIns: (...args) => channel.call("keepSignIns", args),
    searchLedger: (...args) => channel.call("searchLedger", args),
    judgeAccount: (...args) => channel.call("judgeAccount", args),
    release: (...args) => channel.call("release", args),
    endRelease: (...args) => channel.call("endRelease", args),
    eraseAccount: (...args) => channel.call("eraseAccount", args),
    settleErasures: (...args) => channel.call("settleErasures", args),
  };
}

function readerOver(channel: WorkerChannel): StoreReader {
  return {
    overview: (...args) => channel.call("overview", args),
    events: (...args) => channel.call("events", args),
    event: (...args) => channel.call("event", args),
    user: (...args) => channel.call("user", args),
    session: (...args) => channel.call("session", args),
    revisions: (...args) => channel.call("revisions", args),
    revision: (...args) => channel.call("revision", args),
    policyCosts: (...args) => channel.call("policyCosts", args),
    auditLog: (...args) => channel.call("auditLog", args),
    outbox: (...args) => channel.call("outbox", args),
    delivery: (...args) => channel.call("delivery", args),
    switches: (...args) => channel.call("switches", args),
    accounts: (...args) => channel.call("accounts", args),
    accountStory: (...args) => channel.call("accountStory", args),
    accountRemains: (...args) => channel.call("accountRemains", args),
    releases: (...args) => channel.call("releases", args),
    erasures: (...args) => channel.call("erasures", args),
    accountTurns: (...args) => channel.call("accountTurns", args),
    storage: (...args) => channel.call("storage", args),
  };
}
