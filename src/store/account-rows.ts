/** What the ledger of accounts takes and gives. Accounts are keyed hashes everywhere: nobody is named. */
import type { AlertGrowth } from "./outbox-rows.ts";

/** How it stands with an account, in the order of its codes in the database. */
export const accountStates = ["tried", "at_risk", "told", "acknowledged", "recovered", "cleared"] as const;

/** How it stands with an account. */
export type AccountState = (typeof accountStates)[number];

/** Why a request counts as part of an attack; `isInForce` is false where only a policy in shadow says so. */
export interface AttackMatch {
  readonly policy: string;
  readonly isInForce: boolean;
  readonly reason: string;
}

/** A call that is made ready when somebody signs in, its body sealed under its own id. */
interface ReadyCall {
  readonly id: string;
  readonly target: string;
  readonly body: Uint8Array;
}

/** A sign-in that succeeded. */
export interface SignIn {
  readonly event: number;
  readonly app: string;
  /** Keyed hash, 32 hex characters. */
  readonly account: string;
  readonly ip: string;
  readonly asn: number | undefined;
  readonly skeleton: string;
  /** Empty on plain HTTP. */
  readonly stack: string;
  /** Whom to call once it is known to be part of an attack. */
  readonly call: ReadyCall | undefined;
  /** Under which it is found when a policy convicts it later: keyed hashes. */
  readonly clusters: readonly number[];
  /** The account never got in from that address before. */
  readonly isNewPlace: boolean;
  /** Known good people use that software: the software alone says nothing about whose sign-in it was. */
  readonly isShared: boolean;
  /** Known at once: it matched an attack. */
  readonly attack: AttackMatch | undefined;
  /** Given with it, if the account was not at risk before; its key is empty. */
  readonly alert: AlertGrowth | undefined;
}

/** What is known of a sign-in once its session went on, or did not for a while. */
export interface SignInUse {
  /** Of the sign-in. */
  readonly event: number;
  readonly wentOn: boolean;
  readonly isShared: boolean;
}

/** What was done in a session, and says that somebody else than the account's owner signed in. */
export interface Deed {
  readonly app: string;
  /** Keyed hash. */
  readonly account: string;
  /** Where it was done: the sign-in came from there, too. */
  readonly ip: string;
  readonly attack: AttackMatch;
}

/** Clients that cannot be told apart by what they send. */
export interface SoftwareName {
  readonly app: string;
  readonly skeleton: string;
  /** Empty on plain HTTP. */
  readonly stack: string;
}

/** What is known of sign-ins since the last search. */
export interface SignInNews {
  readonly uses?: readonly SignInUse[];
  /** Software that turned out to be people's, too. */
  readonly shared?: readonly SoftwareName[];
  readonly deeds?: readonly Deed[];
}

/** What a policy takes for one attack: sign-ins under its key belong to it, too. */
export interface Conviction {
  readonly cluster: number;
  /** People share its key: the sign-ins of those whose session went on, or is not known to have been left, are theirs. */
  readonly isWide: boolean;
  readonly attack: AttackMatch;
  /** Earlier sign-ins do not belong to it, nor do later ones, ms. */
  readonly since: number;
  readonly until: number;
  /** Software that account after account was tried with, as far as it goes through the list. */
  readonly software: readonly SoftwareName[];
  /** Where more got in, it may be people after all. */
  readonly mostFound: number;
}

/** What a receipt says for the ledger besides its matches. */
export interface LedgerRemark {
  readonly attack?: AttackMatch | undefined;
  readonly amount?: number | undefined;
}

/** An account as lists show it. */
export interface AccountEntry {
  readonly id: number;
  readonly app: string;
  readonly hash: string;
  readonly state: AccountState;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Sign-ins tried within an attack, and how many of them were stopped. */
  readonly attempts: number;
  readonly stopped: number;
  /** Sign-ins that succeeded within one. */
  readonly signIns: number;
  readonly riskAt: number | undefined;
  readonly riskEvent: number | undefined;
  /** Nobody minded when it happened: found afterwards. */
  readonly isFoundLater: boolean;
  readonly riskPolicy: string | undefined;
  readonly riskReason: string | undefined;
  readonly call: string | undefined;
  readonly toldAt: number | undefined;
  /** Sum of the declared amounts that it moved afterwards. */
  readonly amount: number;
}

/** Which accounts to list. */
export interface AccountFilter {
  /** `open` are those at risk, told or acknowledged. */
  readonly state?: AccountState | "open" | undefined;
  readonly app?: string | undefined;
  readonly hash?: string | undefined;
  readonly policy?: string | undefined;
}

/** One page of accounts; those at risk by when that began, the others by when they were tried last; newest first. */
export interface AccountPage {
  readonly accounts: readonly AccountEntry[];
  readonly counts: Readonly<Record<AccountState, number>>;
  /** Over all accounts that are or were at risk, cleared ones left out. */
  readonly amount: number;
  /** Where the next page starts; undefined when there is none. */
  readonly next: string | undefined;
}

/** From where an account was tried. */
export interface AccountSource {
  /** Undefined for what did not fit any more. */
  readonly ip: string | undefined;
  readonly asn: number | undefined;
  readonly asName: string | undefined;
  readonly networkClass: string | undefined;
  readonly country: string | undefined;
  readonly skeleton: string | undefined;
  readonly ja4: string | undefined;
  readonly stack: string | undefined;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly attempts: number;
  readonly stopped: number;
  readonly successes: number;
}

/** What an account did at one route after it was at risk. */
export interface AccountAction {
  readonly route: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly times: number;
  readonly stopped: number;
  readonly succeeded: number;
  readonly amount: number;
  readonly policies: readonly string[];
  readonly lastEvent: number;
}

/** What became of an account, and who did it. */
export interface AccountNote {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly reason: string;
  readonly event: number | undefined;
}

/** An account's whole story. */
export interface AccountStory {
  readonly account: AccountEntry;
  readonly sources: readonly AccountSource[];
  readonly actions: readonly AccountAction[];
  /** Oldest first. */
  readonly notes: readonly AccountNote[];
}

/** What a person says of an account. */
export interface AccountVerdict {
  readonly id: number;
  readonly state: "acknowledged" | "recovered" | "cleared";
  readonly who: string;
  readonly reason: string;
}

/** Somebody who is not to be stopped for a time. */
export interface Release {
  readonly kind: "account" | "address";
  /** A keyed hash, respectively an address or CIDR. */
  readonly key: string;
  readonly since: number;
  readonly until: number;
  readonly who: string;
  readonly reason: string;
}

/** Accounts that were erased, and the number of the last erasure. */
export interface Erasures {
  /** `name` is sealed under `erasure`; undefined once a running process has taken it up. */
  readonly erased: readonly { readonly hash: string; readonly name: Uint8Array | undefined }[];
  readonly last: number;
}

/** Accounts whose state changed, oldest first, with the number of the last change. */
export interface AccountTurns {
  readonly turns: readonly { readonly app: string; readonly hash: string; readonly state: AccountState }[];
  readonly last: number;
}

/** What an erasure removed: rows by what they were. */
export type ErasureReport = Readonly<Record<string, number>>;
