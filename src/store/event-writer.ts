/** Stores batches of events: one transaction holds the events, their receipts, new dictionary values and the rollups. */
import type { Database } from "bun:sqlite";
import { AccountLedger } from "./account-ledger.ts";
import { Dictionary } from "./dictionary.ts";
import { encodeAccount } from "./encode-account.ts";
import { type EventRow, eventDecisions } from "./event-row.ts";
import { bytesToIp, ipToBytes } from "./ip-bytes.ts";
import { NetworkTable } from "./network-table.ts";
import { Rollups } from "./rollups.ts";
import { VectorTable } from "./vector-table.ts";

type Cell = number | string | Uint8Array | null;

const rememberedAddresses = 20_000;
/** Rows between two pauses: a few tenths of a millisecond. */
const rowsAtATime = 32;

/** What a writer works with besides the database. */
export interface EventWriterParts {
  readonly ledger?: AccountLedger;
  /** Called between a few rows and the next, within a transaction. */
  readonly pause?: () => void;
}

/** Writes events over one connection; not to be used from two threads. */
export class EventWriter {
  readonly #database: Database;
  readonly #dictionary: Dictionary;
  readonly #networks: NetworkTable;
  readonly #rollups: Rollups;
  readonly #vectors: VectorTable;
  readonly #ledger: AccountLedger;
  readonly #pause: (() => void) | undefined;
  readonly #insertEvent;
  readonly #insertReceipt;
  readonly #addresses = new Map<string, Uint8Array | string>();
  #duplicates = 0;

  constructor(database: Database, { ledger = new AccountLedger(database), pause }: EventWriterParts = {}) {
    this.#database = database;
    this.#ledger = ledger;
    this.#pause = pause;
    this.#dictionary = new Dictionary(database);
    this.#networks = new NetworkTable(database);
    this.#rollups = new Rollups(database);
    this.#vectors = new VectorTable(database);
    // A reused id (a clock set back) loses one event; without OR IGNORE it would lose the whole batch.
    this.#insertEvent = database.prepare<undefined, Cell[]>(
      `INSERT OR IGNORE INTO event (id, duration_us, app, route, method, host, path, status, decision, decider,
       revision, ip, network, skeleton, shape, user_agent, account, outcome, bytes_in, bytes_out,
       stack, ja4, header_vector, stack_vector, shape_vector)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertReceipt = database.prepare<undefined, [number, string]>(
      "INSERT OR IGNORE INTO receipt (event, json) VALUES (?, ?)",
    );
  }

  /** Stores all rows or none. Returns how many were left out because their id is taken or is none. Throws SQLite's error. */
  write(rows: readonly EventRow[]): number {
    try {
      return this.#store(rows);
    } catch (error) {
      // A process that takes over may have given away the numbers that this one was about to; they are known now.
      if (!isConflict(error)) throw error;
      return this.#store(rows);
    }
  }

  #store(rows: readonly EventRow[]): number {
    this.#duplicates = 0;
    this.#database.run("BEGIN IMMEDIATE");
    try {
      for (const [index, row] of rows.entries()) {
        if (index % rowsAtATime === rowsAtATime - 1) this.#pause?.();
        this.#add(row);
      }
      this.#rollups.write();
      this.#ledger.write();
      this.#database.run("COMMIT");
    } catch (error) {
      this.#undo();
      throw error;
    }
    return this.#duplicates;
  }

  #add(row: EventRow): void {
    const isId = Number.isSafeInteger(row.id) && row.id >= 0;
    if (!isId || this.#insert(row) === 0) {
      this.#duplicates++;
      return;
    }
    if (row.receipt !== undefined) this.#insertReceipt.run(row.id, row.receipt);
    this.#rollups.add(row);
    if (row.accountHash !== undefined) this.#ledger.add(row, row.accountHash, this.#networks.encode(row));
  }

  #insert(row: EventRow): number {
    const dictionary = this.#dictionary;
    return this.#insertEvent.run(
      row.id,
      row.durationUs,
      dictionary.encode("app", row.app),
      dictionary.encode("route", row.route),
      dictionary.encode("method", row.method),
      dictionary.encode("host", row.host),
      dictionary.encode("path", row.path),
      row.status,
      eventDecisions.indexOf(row.decision),
      dictionary.encode("decider", row.decider),
      row.revision,
      this.#address(row.ip),
      this.#networks.encode(row),
      dictionary.encode("skeleton", row.skeleton),
      dictionary.encode("shape", row.shape),
      dictionary.encode("userAgent", row.userAgent),
      encodeAccount(row.accountHash),
      dictionary.encode("outcome", row.outcome),
      wholeNumber(row.bytesIn),
      wholeNumber(row.bytesOut),
      dictionary.encode("stack", row.stack),
      dictionary.encode("ja4", row.ja4),
      this.#vectors.encode("header", row.headerVector, row.id),
      this.#vectors.encode("stack", row.stackVector, row.id),
      this.#vectors.encode("shape", row.shapeVector, row.id),
    ).changes;
  }

  #undo(): void {
    // SQLite has already rolled back by itself after some errors (a full disk), and then refuses to do it again.
    if (this.#database.inTransaction) this.#database.run("ROLLBACK");
    this.#dictionary.reload();
    this.#networks.reload();
    this.#rollups.forget();
    this.#vectors.reload();
    this.#ledger.forget();
  }

  #address(text: string): Uint8Array | string {
    const known = this.#addresses.get(text);
    if (known !== undefined) return known;
    if (this.#addresses.size >= rememberedAddresses) this.#addresses.clear();
    const bytes = ipToBytes(text);
    const stored = bytes && bytesToIp(bytes) === text ? bytes : text;
    this.#addresses.set(text, stored);
    return stored;
  }
}

function isConflict(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("SQLITE_CONSTRAINT");
}

// STRICT columns refuse fractions, infinities and NaN, and one refused row would take its batch with it.
function wholeNumber(value: number): number {
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
