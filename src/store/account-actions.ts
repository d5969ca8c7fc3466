/** What accounts at risk do afterwards, by route: summed within a batch. */
import type { Database } from "bun:sqlite";
import { type EventRow, eventTime } from "./event-row.ts";

const mostPolicies = 20;

interface Action {
  readonly firstAt: number;
  lastAt: number;
  lastEvent: number;
  times: number;
  stopped: number;
  succeeded: number;
  amount: number;
  readonly policies: Set<string>;
}

/** Collects actions, and writes them in the transaction of the events that they come from. */
export class AccountActions {
  readonly #database: Database;
  #pending = new Map<number, Map<string, Action>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Takes one request of an account; `amount` is what the app declares to be moved by it. */
  add(account: number, row: EventRow, policies: readonly string[], amount: number | undefined): void {
    if (row.route === undefined) return;
    let routes = this.#pending.get(account);
    if (!routes) {
      routes = new Map();
      this.#pending.set(account, routes);
    }
    const at = eventTime(row.id);
    let action = routes.get(row.route);
    if (!action) {
      const counts = { times: 0, stopped: 0, succeeded: 0, amount: 0 };
      action = { firstAt: at, lastAt: at, lastEvent: row.id, ...counts, policies: new Set() };
      routes.set(row.route, action);
    }
    action.lastAt = at;
    action.lastEvent = row.id;
    action.times++;
    const isStopped = row.decision === "block" || row.decision === "deceive";
    if (isStopped) action.stopped++;
    const isDone = !isStopped && row.decision !== "error" && row.status > 0 && row.status < 400;
    if (isDone) action.succeeded++;
    if (isDone && amount !== undefined) action.amount += amount;
    for (const policy of policies) if (action.policies.size < mostPolicies) action.policies.add(policy);
  }

  /** Writes what was collected; to be called within a transaction. */
  write(): void {
    for (const [account, routes] of this.#pending) {
      let amount = 0;
      for (const [route, action] of routes) {
        this.#write(account, route, action);
        amount += action.amount;
      }
      if (amount === 0) continue;
      this.#database.query("UPDATE account SET amount = amount + ? WHERE id = ?").run(amount, account);
    }
    this.forget();
  }

  /** Drops what was collected. */
  forget(): void {
    if (this.#pending.size > 0) this.#pending = new Map();
  }

  #write(account: number, route: string, action: Action): void {
    const { firstAt, lastAt, times, stopped, succeeded, amount, lastEvent } = action;
    const known = this.#database
      .query<{ policies: string }, [number, string]>(
        "SELECT policies FROM account_action WHERE account = ? AND route = ?",
      )
      .get(account, route);
    const before = known ? (JSON.parse(known.policies) as string[]) : [];
    const policies = [...new Set([...before, ...action.policies])].slice(0, mostPolicies);
    this.#database
      .query(
        `INSERT INTO account_action (account, route, first_at, last_at, times, stopped, succeeded, amount, policies, last_event)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE EXISTS (SELECT 1 FROM account WHERE id = ?1)
         ON CONFLICT (account, route) DO UPDATE SET last_at = max(last_at, excluded.last_at),
           times = times + excluded.times, stopped = stopped + excluded.stopped,
           succeeded = succeeded + excluded.succeeded, amount = amount + excluded.amount,
           policies = excluded.policies, last_event = excluded.last_event`,
      )
      .run(
        account,
        route,
        firstAt,
        lastAt,
        times,
        stopped,
        succeeded,
        amount,
        JSON.stringify(policies),
        lastEvent,
      );
  }
}
