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
  /** The device that a signed cookie names. */
  readonly device?: string;
}

/** Knows what accounts did before; `now` in ms. */
export interface AccountHistories {
  find(account: string, stack: string | undefined, network: string, now: number): AccountPast;
}
