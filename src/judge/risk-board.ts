/**
 * Which accounts were taken over, as policies ask for it: in memory, kept in step with the ledger. A sign-in within an
 * attack is known at once; what the ledger finds afterwards, and what others do about it, within half a second.
 */
import type { AccountRisk, RiskyAccounts } from "../describe/account-past.ts";
import type { AccountState, AccountTurns } from "../store/account-rows.ts";

/** How often the ledger is asked for what is new, ms. */
const lookMs = 400;
const most = 200_000;

/** Where the ledger is. */
export interface RiskBoardOptions {
  read(after: number | undefined): Promise<AccountTurns>;
  /** The keyed hash of an account. */
  hashAccount(username: string): string;
  /** The ledger could not be asked: what is known stays. */
  failed(error: unknown): void;
}

/** Knows accounts that are open: at risk, told of, acknowledged. */
export class RiskBoard implements RiskyAccounts {
  readonly #options: RiskBoardOptions;
  readonly #watch: Timer;
  /** By app and keyed hash. */
  readonly #open = new Map<string, AccountRisk>();
  #last: number | undefined;
  #looking: Promise<void> | undefined;
  #isFailing = false;

  constructor(options: RiskBoardOptions) {
    this.#options = options;
    this.#watch = setInterval(() => void this.refresh(), lookMs);
  }

  /** How it stands with an account; costs a comparison where none was taken over. */
  find(app: string, account: string): AccountRisk | undefined {
    if (this.#open.size === 0) return undefined;
    return this.#open.get(`${app}\n${this.#options.hashAccount(account)}`);
  }

  /** Whether an account was taken over and is nobody's again yet; by its keyed hash. */
  isOpen(app: string, hash: string): boolean {
    return this.#open.size > 0 && this.#open.has(`${app}\n${hash}`);
  }

  /** Somebody got in; the ledger will say so soon. `hash` is the account's. */
  tookOver(app: string, hash: string): void {
    const key = `${app}\n${hash}`;
    if (this.#open.size < most && !this.#open.has(key)) this.#open.set(key, "at_risk");
  }

  /** Drops accounts of people who were erased. */
  forget(hashes: ReadonlySet<string>): void {
    for (const key of this.#open.keys()) {
      if (hashes.has(key.slice(key.indexOf("\n") + 1))) this.#open.delete(key);
    }
  }

  /** Takes what is new in the ledger. Never rejects. */
  refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Stops asking. */
  close(): void {
    clearInterval(this.#watch);
  }

  async #look(): Promise<void> {
    try {
      const { turns, last } = await this.#options.read(this.#last);
      this.#isFailing = false;
      this.#last = last;
      for (const { app, hash, state } of turns) this.#take(`${app}\n${hash}`, riskOf[state]);
    } catch (error) {
      // Told once, not five times in two seconds.
      if (!this.#isFailing) this.#options.failed(error);
      this.#isFailing = true;
    }
  }

  #take(key: string, risk: AccountRisk | undefined): void {
    if (risk === undefined) this.#open.delete(key);
    else if (this.#open.size < most || this.#open.has(key)) this.#open.set(key, risk);
  }
}

const riskOf: Readonly<Record<AccountState, AccountRisk | undefined>> = {
  tried: undefined,
  at_risk: "at_risk",
  told: "told",
  acknowledged: "acknowledged",
  recovered: undefined,
  cleared: undefined,
};
