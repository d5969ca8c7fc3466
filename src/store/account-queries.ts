/** The ledger of accounts, for people. */
import type { Database, SQLQueryBindings } from "bun:sqlite";
import {
  type AccountAction,
  type AccountEntry,
  type AccountFilter,
  type AccountNote,
  type AccountPage,
  type AccountSource,
  type AccountState,
  type AccountStory,
  type AccountTurns,
  accountStates,
  type Erasures,
  type Release,
} from "./account-rows.ts";
import { encodeAccount } from "./encode-account.ts";
import { NetworkReader } from "./network-table.ts";

/** Open accounts that a start takes up, and changes that one answer holds. */
const mostOpen = 200_000;
const mostTurns = 5000;

interface AccountRow {
  readonly id: number;
  readonly app: string;
  readonly hash: Uint8Array | string;
  readonly state: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly attempts: number;
  readonly stopped: number;
  readonly signins: number;
  readonly risk_event: number | null;
  readonly risk_at: number | null;
  readonly risk_later: number | null;
  readonly risk_policy: string | null;
  readonly risk_reason: string | null;
  readonly call: string | null;
  readonly told_at: number | null;
  readonly amount: number;
}

/** One page of accounts. Throws SQLite's error. */
export function accountPage(
  database: Database,
  filter: AccountFilter,
  cursor: string | undefined,
  limit: number,
): AccountPage {
  const { sql, values } = conditionsOf(filter);
  const order = filter.state === "tried" ? "last_at" : "coalesce(risk_at, last_at)";
  const [at, id] = readCursor(cursor);
  const rows = database
    .query<AccountRow, SQLQueryBindings[]>(
      `SELECT * FROM account WHERE ${sql} AND (${order}, id) < (?, ?) ORDER BY ${order} DESC, id DESC LIMIT ?`,
    )
    .all(...values, at, id, limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const lastAt = filter.state === "tried" ? last?.last_at : (last?.risk_at ?? last?.last_at);
  return {
    accounts: rows.slice(0, limit).map(entryOf),
    counts: countsOf(database),
    amount:
      database
        .query<{ sum: number | null }, []>(
          "SELECT sum(amount) AS sum FROM account WHERE state BETWEEN 1 AND 4",
        )
        .get()?.sum ?? 0,
    next: last && `${lastAt}.${last.id}`,
  };
}

/** An account's whole story; undefined when there is none. Throws SQLite's error. */
export function accountStory(database: Database, id: number): AccountStory | undefined {
  const row = database.query<AccountRow, [number]>("SELECT * FROM account WHERE id = ?").get(id);
  if (!row) return undefined;
  const notes = database
    .query<AccountNote & { event: number | null }, [number]>(
      "SELECT at, who, what, reason, event FROM account_note WHERE account = ? ORDER BY at, id",
    )
    .all(id);
  return {
    account: entryOf(row),
    sources: sourcesOf(database, id),
    actions: actionsOf(database, id),
    notes: notes.map((note) => Object.assign(note, { event: note.event ?? undefined })),
  };
}

/** Who is released now. Throws SQLite's error. */
export function releasesAt(database: Database, now: number): Release[] {
  return database
    .query<Release, [number]>(
      "SELECT kind, key, since, until, who, reason FROM release WHERE until > ? ORDER BY since DESC LIMIT 10000",
    )
    .all(now);
}

/** Erasures after a number, with the number of the last. Throws SQLite's error. */
export function erasuresAfter(database: Database, after: number): Erasures {
  const rows = database
    .query<{ id: number; hash: string; name: Uint8Array | null }, [number]>(
      "SELECT id, hash, name FROM erasure WHERE id > ? ORDER BY id LIMIT 1000",
    )
    .all(after);
  const erased = rows.map(({ hash, name }) => ({ hash, name: name ?? undefined }));
  return { erased, last: rows.at(-1)?.id ?? after };
}

/** Changes of state after a number; all accounts that are open where none is given. Throws SQLite's error. */
export function turnsAfter(database: Database, after: number | undefined): AccountTurns {
  interface Row {
    readonly turn: number;
    readonly app: string;
    readonly hash: Uint8Array | string;
    readonly state: number;
  }
  const newest = database
    .query<{ last: number | null }, []>("SELECT max(id) AS last FROM account_turn")
    .get();
  const rows =
    after === undefined
      ? database
          .query<Row, []>(
            `SELECT 0 AS turn, app, hash, state FROM account WHERE state BETWEEN 1 AND 3
             ORDER BY risk_at DESC LIMIT ${mostOpen}`,
          )
          .all()
      : database
          .query<Row, [number]>(
            `SELECT account_turn.id AS turn, app, hash, state FROM account_turn JOIN account ON account.id = account
             WHERE account_turn.id > ? ORDER BY account_turn.id LIMIT ${mostTurns}`,
          )
          .all(after);
  const isAll = after === undefined || rows.length < mostTurns;
  return {
    turns: rows.map(({ app, hash, state }) => ({
      app,
      hash: hashText(hash),
      state: accountStates[state] ?? "tried",
    })),
    last: isAll ? (newest?.last ?? 0) : (rows.at(-1)?.turn ?? 0),
  };
}

function conditionsOf({ state, app, hash, policy }: AccountFilter): {
  sql: string;
  values: SQLQueryBindings[];
} {
  const parts: [string, SQLQueryBindings[]][] = [];
  if (hash !== undefined) parts.push(["hash = ?", [encodeAccount(hash)]]);
  if (state === "open") parts.push(["state BETWEEN 1 AND 3 AND state > 0", []]);
  else if (state === "tried") parts.push(["state = 0", []]);
  else if (state !== undefined) parts.push(["state = ? AND state > 0", [accountStates.indexOf(state)]]);
  else if (hash === undefined) parts.push(["state > 0", []]);
  if (app !== undefined) parts.push(["app = ?", [app]]);
  if (policy !== undefined) parts.push(["risk_policy = ?", [policy]]);
  return {
    sql: parts.map(([sql]) => sql).join(" AND ") || "1",
    values: parts.flatMap(([, values]) => values),
  };
}

function countsOf(database: Database): Record<AccountState, number> {
  const rows = database
    .query<{ state: number; n: number }, []>(
      `SELECT state, count(*) AS n FROM account WHERE state > 0 GROUP BY state
       UNION ALL SELECT 0, count(*) FROM account WHERE state = 0`,
    )
    .all();
  const countOf = (code: number) => rows.find((row) => row.state === code)?.n ?? 0;
  return {
    tried: countOf(0),
    at_risk: countOf(1),
    told: countOf(2),
    acknowledged: countOf(3),
    recovered: countOf(4),
    cleared: countOf(5),
  };
}

function sourcesOf(database: Database, id: number): AccountSource[] {
  interface Row extends Omit<AccountSource, "ip" | "asn"> {
    readonly ip: string;
    readonly network: number | null;
  }
  const networks = new NetworkReader(database);
  return database
    .query<Row, [number]>(
      `SELECT ip, skeleton, ja4, stack, network, first_at AS firstAt, last_at AS lastAt, attempts, stopped, successes
       FROM account_source WHERE account = ? ORDER BY successes DESC, attempts DESC LIMIT 20`,
    )
    .all(id)
    .map((row) =>
      Object.assign(row, networks.decode(row.network), {
        ip: row.ip || undefined,
        skeleton: row.skeleton || undefined,
        ja4: row.ja4 || undefined,
        stack: row.stack || undefined,
      }),
    );
}

function actionsOf(database: Database, id: number): AccountAction[] {
  return database
    .query<Omit<AccountAction, "policies"> & { policies: string }, [number]>(
      `SELECT route, first_at AS firstAt, last_at AS lastAt, times, stopped, succeeded, amount, policies,
         last_event AS lastEvent FROM account_action WHERE account = ? ORDER BY first_at LIMIT 100`,
    )
    .all(id)
    .map((row) => Object.assign(row, { policies: JSON.parse(row.policies) as string[] }));
}

function entryOf(row: AccountRow): AccountEntry {
  const { id, app, hash, attempts, stopped, amount } = row;
  return {
    id,
    app,
    hash: hashText(hash),
    state: accountStates[row.state] ?? "tried",
    firstAt: row.first_at,
    lastAt: row.last_at,
    attempts,
    stopped,
    signIns: row.signins,
    riskAt: row.risk_at ?? undefined,
    riskEvent: row.risk_event ?? undefined,
    isFoundLater: row.risk_later === 1,
    riskPolicy: row.risk_policy ?? undefined,
    riskReason: row.risk_reason ?? undefined,
    call: row.call ?? undefined,
    toldAt: row.told_at ?? undefined,
    amount,
  };
}

function hashText(hash: Uint8Array | string): string {
  return typeof hash === "string" ? hash : Buffer.from(hash).toString("hex");
}

function readCursor(cursor: string | undefined): [number, number] {
  const [at, id] = (cursor ?? "").split(".").map(Number);
  if (Number.isSafeInteger(at) && Number.isSafeInteger(id)) return [at ?? 0, id ?? 0];
  return [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
}
