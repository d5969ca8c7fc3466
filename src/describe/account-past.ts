/** An account that was taken over: nobody was told, somebody was, or he has answered. Recovered and cleared ones are none. */
export const accountRisks = ["at_risk", "told", "acknowledged"] as const;

/** How it stands with an account that was taken over. */
export type AccountRisk = (typeof accountRisks)[number];

/** Knows which accounts were taken over. */
export interface RiskyAccounts {
  find(app: string, account: string): AccountRisk | undefined;
}

/** What is known of the request's account, session and device from before; all of it may be missing. */
export interface AccountPast {
  /** The account had a success before. */
  readonly isKnown?: boolean;
  readonly hasNewStack?: boolean;
  readonly hasNewNetwork?: boolean;
  /** Since the account last got in, ms. */
  readonly idleMs?: number;
  /** The session was begun with another stack. */
  readonly hasChangedStack?: boolean;
  /** How it stands with the account where somebody got into it within an attack. */
  readonly risk?: AccountRisk;
  /** The device that a signed cookie names. */
  readonly device?: string;
}

/** Knows what accounts did before; `now` in ms. */
export interface AccountHistories {
  find(account: string, stack: string | undefined, network: string, now: number): AccountPast;
}
