/** What is known of the request's account, session and device from before; all of it may be missing. */
export interface AccountPast {
  /** The account had a success before. */
  readonly isKnown?: boolean;
  readonly hasNewStack?: boolean;
  readonly hasNewNetwork?: boolean;
  /** Since the account was last seen, ms. */
  readonly idleMs?: number;
  /** The session was begun with another stack. */
  readonly hasChangedStack?: boolean;
  /** The device that a signed cookie names. */
  readonly device?: string;
}
