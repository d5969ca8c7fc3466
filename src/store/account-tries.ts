/** Which accounts were tried within attacks, and from where: summed within a batch, bounded for each account. */
import type { Database } from "bun:sqlite";
import { encodeAccount } from "./encode-account.ts";
import { type EventRow, eventTime } from "./event-row.ts";

/** Sources kept of an account; what comes from others is summed in one. */
const mostSources = 16;

interface Source {
  readonly ip: string;
  readonly skeleton: string;
  readonly ja4: string;
  readonly stack: string;
  readonly network: number | null;
  readonly firstAt: number;
  lastAt: number;
  attempts: number;
  stopped: number;
  successes: number;
}

interface Tried {
  readonly app: string;
  readonly hash: string;
  readonly sources: Map<string, Source>;
}

/** Collects tries, and writes them in the transaction of the events that they come from. */
export class AccountTries {
  readonly #database: Database;
  readonly #upsert;
  readonly #insertSource;
  #pending = new Map<string, Tried>();

  constructor(database: Database) {
    this.#database = database;
    this.#upsert = database.prepare<
      { id: number; sources: number },
      [string, Uint8Array | string | null, number, number, number, number]
    >(
      `INSERT INTO account (app, hash, state, first_at, last_at, attempts, stopped, sources, signins, amount)
       VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, 0, 0, 0)
       ON CONFLICT (hash, app) DO UPDATE SET last_at = max(last_at, excluded.last_at),
         attempts = attempts + excluded.attempts, stopped = stopped + excluded.stopped
       RETURNING id, sources`,
    );
    this.#insertSource = database.prepare<{ attempts: number }, (string | number | null)[]>(
      `INSERT INTO account_source (account, ip, skeleton, ja4, stack, network, first_at, last_at, attempts, stopped, successes)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
       ON CONFLICT (account, ip, skeleton, ja4) DO UPDATE SET last_at = max(last_at, excluded.last_at),
         attempts = attempts + excluded.attempts, stopped = stopped + excluded.stopped,
         successes = successes + excluded.successes
       RETURNING attempts`,
    );
  }

  /** Takes one attempt within an attack; `network` is the event's. */
  add(row: EventRow, hash: string, network: number | null): void {
    const id = `${row.app}\n${hash}`;
    let tried = this.#pending.get(id);
    if (!tried) {
      tried = { app: row.app, hash, sources: new Map() };
      this.#pending.set(id, tried);
    }
    const { ip, skeleton = "", ja4 = "", stack = "" } = row;
    const at = eventTime(row.id);
    const key = `${ip} ${skeleton} ${ja4}`;
    let source = tried.sources.get(key);
    if (!source) {
      const counts = { attempts: 0, stopped: 0, successes: 0 };
      source = { ip, skeleton, ja4, stack, network, firstAt: at, lastAt: at, ...counts };
      tried.sources.set(key, source);
    }
    source.lastAt = at;
    source.attempts++;
    if (row.decision === "block" || row.decision === "deceive") source.stopped++;
    if (row.outcome === "login.success") source.successes++;
  }

  /** Writes what was collected; to be called within a transaction. */
  write(): void {
    for (const tried of this.#pending.values()) this.#write(tried);
    this.forget();
  }

  /** Drops what was collected. */
  forget(): void {
    if (this.#pending.size > 0) this.#pending = new Map();
  }

  #write({ app, hash, sources }: Tried): void {
    const all = [...sources.values()];
    const sum = (of: (source: Source) => number) => all.reduce((total, source) => total + of(source), 0);
    const row = this.#upsert.get(
      app,
      encodeAccount(hash),
      Math.min(...all.map(({ firstAt }) => firstAt)),
      Math.max(...all.map(({ lastAt }) => lastAt)),
      sum(({ attempts }) => attempts),
      sum(({ stopped }) => stopped),
    );
    if (!row) return;
    let known = row.sources;
    for (const source of all) if (this.#writeSource(row.id, source, known)) known++;
    if (known !== row.sources) {
      this.#database.query("UPDATE account SET sources = ? WHERE id = ?").run(known, row.id);
    }
  }

  /** True when it is a source of its own that was not there before. */
  #writeSource(account: number, source: Source, known: number): boolean {
    const { ip, skeleton, ja4, stack, network, firstAt, lastAt, attempts, stopped, successes } = source;
    const isFull = known >= mostSources && !this.#isKnown(account, source);
    const place = isFull ? ["", "", "", "", null] : [ip, skeleton, ja4, stack, network];
    const written = this.#insertSource.get(account, ...place, firstAt, lastAt, attempts, stopped, successes);
    return !isFull && written?.attempts === attempts;
  }

  #isKnown(account: number, { ip, skeleton, ja4 }: Source): boolean {
    return (
      this.#database
        .query("SELECT 1 FROM account_source WHERE account = ? AND ip = ? AND skeleton = ? AND ja4 = ?")
        .get(account, ip, skeleton, ja4) !== null
    );
  }
}
