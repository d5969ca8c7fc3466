/**
 * The ledger of accounts, as the writer keeps it. Tries and what accounts do afterwards come from the events, in their
 * transaction; sign-ins come by themselves, since they must not be sampled away, and are on disk before they are told.
 */
import type { Database } from "bun:sqlite";
import { AccountActions } from "./account-actions.ts";
import { putAtRisk } from "./account-risk.ts";
import type { AttackMatch, Conviction, LedgerRemark, SignIn, SignInNews } from "./account-rows.ts";
import { AccountTries } from "./account-tries.ts";
import { durably } from "./durable-entry.ts";
import { encodeAccount } from "./encode-account.ts";
import { EventDecoder, type StoredEvent } from "./event-decoder.ts";
import { type EventRow, eventIdsPerMs } from "./event-row.ts";
import {
  closeSignIn,
  type FoundSignIn,
  foundSignIn,
  storeShared,
  storeSignIn,
  storeUses,
} from "./sign-in-rows.ts";
import { lookBackMs, SignInSearch } from "./sign-in-search.ts";

/** Tried accounts that nobody got into are forgotten after so long, and beyond so many. */
const triedMs = 30 * 24 * 3_600_000;
const mostTried = 2_000_000;
const mostAtRisk = 200_000;
/** Whoever serves asks for changes several times a second. */
const mostTurns = 100_000;
const mostActions = 2000;

/** Keeps the ledger over the writer's connection. */
export class AccountLedger {
  readonly #database: Database;
  readonly #search: SignInSearch;
  readonly #tries: AccountTries;
  readonly #actions: AccountActions;
  readonly #decoder: EventDecoder;
  /** Accounts at risk, by app and hash. */
  readonly #atRisk = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
    this.#search = new SignInSearch(database, (row, attack, now) => this.#foundLater(row, attack, now));
    this.#tries = new AccountTries(database);
    this.#actions = new AccountActions(database);
    this.#decoder = new EventDecoder(database);
    this.reload();
  }

  /** Takes who is at risk from the database, after others changed it. */
  reload(): void {
    this.#atRisk.clear();
    const rows = this.#database
      .query<{ id: number; app: string; hash: Uint8Array | string }, []>(
        `SELECT id, app, hash FROM account WHERE state BETWEEN 1 AND 3 ORDER BY risk_at DESC LIMIT ${mostAtRisk}`,
      )
      .all();
    for (const { id, app, hash } of rows) {
      const text = typeof hash === "string" ? hash : Buffer.from(hash).toString("hex");
      this.#atRisk.set(`${app}\n${text}`, id);
    }
  }

  /** Takes an event that is about an account; `network` is its network's number. */
  add(row: EventRow, hash: string, network: number | null): void {
    const remark = remarkOf(row.receipt);
    if (row.outcome?.startsWith("login.") === true) {
      const isStopped = row.decision === "block" || row.decision === "deceive";
      const attack = remark.attack ?? (isStopped ? stopOf(row) : undefined);
      this.#search.note(row, attack, Date.now());
      if (attack) this.#tries.add(row, hash, network);
      return;
    }
    const account = this.#atRisk.get(`${row.app}\n${hash}`);
    if (account !== undefined) this.#actions.add(account, row, remark.policies, remark.amount);
  }

  /** Writes what was taken, inside the events' transaction. */
  write(): void {
    this.#tries.write();
    this.#actions.write();
  }

  /** Drops what was taken: the transaction failed. */
  forget(): void {
    this.#tries.forget();
    this.#actions.forget();
  }

  /** Keeps sign-ins; resolves to how much is new in the outbox. Those at risk are on disk when it returns. */
  keep(signIns: readonly SignIn[], now: number): number {
    const run = () => signIns.reduce((told, signIn) => told + this.#keep(signIn, now), 0);
    return this.#whole(() => {
      if (signIns.some(({ attack }) => attack)) return durably(this.#database, run);
      return this.#database.transaction(run).immediate();
    });
  }

  #keep(signIn: SignIn, now: number): number {
    const { attack } = signIn;
    const end = attack && putAtRisk(this.#database, signIn, attack, false, now);
    if (end?.account !== undefined) this.#follow(signIn, end.account);
    // What only a policy in shadow minds is found again when one in force does.
    if (!attack?.isInForce) storeSignIn(this.#database, signIn);
    return end?.told ?? 0;
  }

  /**
   * Looks for sign-ins that share what was convicted since, by what is known of their sessions meanwhile; resolves to how much is new in the outbox.
   */
  search(
    now: number,
    convictions: readonly Conviction[],
    { uses = [], shared = [], deeds = [] }: SignInNews = {},
  ): number {
    if (uses.length + shared.length > 0) {
      const store = () => {
        storeUses(this.#database, uses);
        storeShared(this.#database, shared);
      };
      this.#database.transaction(store).immediate();
    }
    const search = this.#search.due(now, { convictions, deeds, isMoreKnown: uses.length > 0 });
    return search ? this.#whole(() => durably(this.#database, search)) : 0;
  }

  /** What is remembered of a transaction that failed is not so. */
  #whole(run: () => number): number {
    try {
      return run();
    } catch (error) {
      this.#actions.forget();
      this.reload();
      throw error;
    }
  }

  /** Forgets what is too old or too much. */
  prune(now: number): void {
    this.#database
      .query("DELETE FROM account_signin WHERE event < ?")
      .run((now - lookBackMs) * eventIdsPerMs);
    this.#database.query("DELETE FROM release WHERE until < ?").run(now);
    this.#database.query("DELETE FROM erasure WHERE at < ?").run(now - lookBackMs);
    this.#database
      .query(`DELETE FROM account_turn WHERE id < (SELECT max(id) FROM account_turn) - ${mostTurns}`)
      .run();
    this.#database
      .query(
        `DELETE FROM account WHERE id IN (SELECT id FROM account WHERE state = 0 AND last_at < ? ORDER BY last_at LIMIT 5000)`,
      )
      .run(now - triedMs);
    this.#database
      .query(
        `DELETE FROM account WHERE id IN (SELECT id FROM account WHERE state = 0 ORDER BY last_at
         LIMIT min(5000, max(0, (SELECT count(*) FROM account WHERE state = 0) - ${mostTried})))`,
      )
      .run();
  }

  #foundLater(row: FoundSignIn, attack: AttackMatch, now: number): number {
    const signIn = foundSignIn(row);
    const end = putAtRisk(this.#database, signIn, attack, true, now);
    if (attack.isInForce) closeSignIn(this.#database, row.event);
    if (end.account === undefined) return end.told;
    this.#follow(signIn, end.account);
    return end.told;
  }

  /** From now on what the account does is kept; events that were quicker than the sign-in are caught up with. */
  #follow(signIn: Pick<SignIn, "account" | "app" | "event">, id: number): void {
    const key = `${signIn.app}\n${signIn.account}`;
    if (this.#atRisk.has(key)) return;
    if (this.#atRisk.size >= mostAtRisk) return;
    this.#atRisk.set(key, id);
    this.#catchUp(signIn, id);
  }

  /** What the account did between its sign-in and now is in the events. */
  #catchUp({ event, account, app }: Pick<SignIn, "account" | "app" | "event">, id: number): void {
    const rows = this.#database
      .query<StoredEvent & { json: string | null }, [Uint8Array | string | null, number]>(
        `SELECT event.*, receipt.json FROM event LEFT JOIN receipt ON receipt.event = event.id
         WHERE account = ? AND id > ? ORDER BY id LIMIT ${mostActions}`,
      )
      .all(encodeAccount(account), event);
    for (const stored of rows) {
      const row = this.#decoder.decode(stored, stored.json ?? undefined);
      if (row.app !== app || row.outcome?.startsWith("login.") === true) continue;
      const { policies, amount } = remarkOf(row.receipt);
      this.#actions.add(id, row, policies, amount);
    }
    this.#actions.write();
  }
}

interface ReadRemark extends LedgerRemark {
  readonly policies: readonly string[];
}

const noRemark: ReadRemark = { policies: [] };

/** What a receipt says for the ledger; our own text, but a receipt that was too long is cut. */
function remarkOf(receipt: string | undefined): ReadRemark {
  if (receipt === undefined) return noRemark;
  try {
    const { ledger = {}, matches = [] } = JSON.parse(receipt) as {
      ledger?: LedgerRemark;
      matches?: readonly { policy: string }[];
    };
    return { ...ledger, policies: matches.map(({ policy }) => policy) };
  } catch {
    return noRemark;
  }
}

function stopOf({ decider = "" }: EventRow): LedgerRemark["attack"] {
  return { policy: decider, isInForce: true, reason: "was stopped" };
}
