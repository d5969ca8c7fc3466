/** What may be asked of the store while serving; the reader Worker answers each call. */
import type {
  AccountFilter,
  AccountPage,
  AccountStory,
  AccountTurns,
  ErasureReport,
  Erasures,
  Release,
} from "./account-rows.ts";
import type { EnforcementSwitch } from "./enforcement-switch.ts";
import type { EventDecision, EventRow } from "./event-row.ts";
import type { OutboxEntry, OutboxPage, OutboxState } from "./outbox-rows.ts";
import type { StoredCost } from "./policy-costs.ts";

/** Requests of one span of time by what was done with them. */
export type DecisionCounts = Readonly<Record<EventDecision, number>>;

/** One point of the overview's series; `at` is the start of its span in ms since the epoch. */
export interface SeriesPoint {
  readonly at: number;
  readonly counts: DecisionCounts;
}

/** A network's share of the traffic; `stopped` counts block and deceive. */
export interface NetworkTotal {
  readonly asn: number | undefined;
  readonly asName: string | undefined;
  readonly networkClass: string | undefined;
  readonly country: string | undefined;
  readonly requests: number;
  readonly stopped: number;
}

/** Traffic of a window, from rollups alone. */
export interface Overview {
  /** At most 120 points, oldest first, none left out. */
  readonly series: readonly SeriesPoint[];
  /** Length of one point's span in ms. */
  readonly stepMs: number;
  readonly totals: DecisionCounts;
  readonly topNetworks: readonly NetworkTotal[];
  readonly byClass: readonly {
    readonly networkClass: string | undefined;
    readonly requests: number;
    readonly stopped: number;
  }[];
  readonly topPrints: readonly {
    readonly skeleton: string;
    readonly requests: number;
    readonly stopped: number;
  }[];
  readonly topPolicies: readonly { readonly decider: string; readonly stopped: number }[];
}

/** Which events to list; every given condition must hold. */
export interface EventFilter {
  readonly decision?: EventDecision | undefined;
  readonly app?: string | undefined;
  readonly route?: string | undefined;
  readonly decider?: string | undefined;
  /** An address, or a network as CIDR. */
  readonly ip?: string | undefined;
  readonly asn?: number | undefined;
  readonly networkClass?: string | undefined;
  readonly skeleton?: string | undefined;
  readonly stack?: string | undefined;
  readonly ja4?: string | undefined;
  readonly accountHash?: string | undefined;
  readonly outcome?: string | undefined;
  /** Part of the path; ASCII letters in either case. */
  readonly text?: string | undefined;
  /** Bounds in ms since the epoch, both inclusive. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** Where a page starts: events older than an id, or newer than it. */
export type EventCursor = { readonly before: number } | { readonly after: number };

/** One page of events, newest first. */
export interface EventPage {
  readonly events: readonly EventRow[];
  /** The next page towards the past; undefined when there is none. */
  readonly older: EventCursor | undefined;
  /** The next page towards the present; undefined when the list is empty. */
  readonly newer: EventCursor | undefined;
  /** False when the search stopped at its limit of examined events before the page was full; go on with the cursor. */
  readonly isComplete: boolean;
}

/** One event with its receipt and the revision that judged it. */
export interface EventDetail {
  readonly event: EventRow;
  readonly revision: RevisionSummary | undefined;
}

/** A console user; `passwordHash` is a PHC string. */
interface StoredUser {
  readonly name: string;
  readonly passwordHash: string;
  readonly createdAt: number;
}

/** A signed-in console session; only the hash of its token is stored. */
export interface StoredSession {
  readonly tokenHash: string;
  readonly user: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A policy revision without its text. */
export interface RevisionSummary {
  readonly id: number;
  readonly hash: string;
  readonly irVersion: number;
  readonly createdAt: number;
  readonly note: string;
}

/** A source file of a revision. */
export interface RevisionFile {
  readonly name: string;
  readonly text: string;
}

/** A policy revision: its sources and their compiled form (plain JSON). */
export interface StoredRevision extends RevisionSummary {
  readonly ir: unknown;
  readonly files: readonly RevisionFile[];
}

/** One line of the audit log. */
export interface AuditEntry {
  readonly at: number;
  readonly who: string;
  readonly action: string;
  readonly detail: string;
}

/** How full the store is. */
export interface StorageUsage {
  readonly databaseBytes: number;
  /** From rollups, so near but not exact. */
  readonly estimatedEvents: number;
  /** In ms since the epoch. */
  readonly oldestEvent: number | undefined;
}

/** Reads; each rejects with AppError `store_timeout` after 5 s, `database_unusable` when the database fails, `bad_input` for a filter that makes no sense. */
export interface StoreReader {
  /** Sums over the last `windowMs` (1 minute to 90 days). */
  overview(windowMs: number): Promise<Overview>;
  /** Events of a filter, at most `limit` (1 to 200), from the newest or from a cursor. */
  events(filter: EventFilter, cursor: EventCursor | undefined, limit: number): Promise<EventPage>;
  event(id: number): Promise<EventDetail | undefined>;
  user(name: string): Promise<StoredUser | undefined>;
  /** An unexpired session. */
  session(tokenHash: string): Promise<StoredSession | undefined>;
  /** Newest first. */
  revisions(limit: number): Promise<readonly RevisionSummary[]>;
  revision(id: number): Promise<StoredRevision | undefined>;
  /** What the policies of a revision were measured to cost; those that never were are left out. */
  policyCosts(revision: number): Promise<readonly StoredCost[]>;
  /** Newest first. */
  auditLog(limit: number): Promise<readonly AuditEntry[]>;
  /** What was told and is to be told, newest first; of one state if it is given. */
  outbox(state: OutboxState | undefined, limit: number): Promise<OutboxPage>;
  delivery(id: string): Promise<OutboxEntry | undefined>;
  /** What is switched off now, panic first. */
  switches(): Promise<readonly EnforcementSwitch[]>;
  /** Accounts of a filter, at most `limit`, from the newest or from where a page ended. */
  accounts(filter: AccountFilter, cursor: string | undefined, limit: number): Promise<AccountPage>;
  accountStory(id: number): Promise<AccountStory | undefined>;
  /** Where an account, by its keyed hash, can be found: rows by table; empty when nowhere. */
  accountRemains(hash: string): Promise<ErasureReport>;
  /** Who is released now, newest first. */
  releases(): Promise<readonly Release[]>;
  /** Accounts that were erased after the erasure of this number. */
  erasures(after: number): Promise<Erasures>;
  /** Changes of accounts' states after a number; without one, all accounts that are open. */
  accountTurns(after: number | undefined): Promise<AccountTurns>;
  storage(): Promise<StorageUsage>;
}
