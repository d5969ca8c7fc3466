/** What the outbox takes and gives. Bodies are sealed before they come here: storage never sees whom a call is about. */

/** Why a delivery is where it is. */
export type OutboxState = "pending" | "delivered" | "dead" | "dropped";

/** Not again for the same key before a time. */
interface OnceKey {
  /** A keyed hash. */
  readonly key: Uint8Array;
  /** Ms since the epoch. */
  readonly until: number;
}

/** A call to be made. */
export interface NewCall {
  /** The idempotency key, which stays the same over all tries. */
  readonly id: string;
  readonly target: string;
  readonly policy: string;
  readonly app: string;
  readonly event: number;
  readonly body: Uint8Array;
  readonly once: OnceKey | undefined;
}

/** Counts of values by what they are: `{ networks: { "AS9009 M247": 12 } }`. */
export type Evidence = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** By how much an alert grew. */
export interface AlertGrowth {
  readonly channel: string;
  readonly policy: string;
  readonly app: string;
  /** A keyed hash; empty for the alert of all. */
  readonly key: Uint8Array;
  readonly severity: string;
  /** Least time between two messages about it. */
  readonly everyMs: number;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly evidence: Evidence;
}

/** What must not be lost, in one transaction that is on disk before it is answered. */
export interface DurableEntry {
  readonly calls: readonly NewCall[];
  readonly alerts: readonly AlertGrowth[];
}

/** How much may be under way: by target, and of each that is not named. */
export interface Capacity {
  readonly byTarget: Readonly<Record<string, number>>;
  readonly others: number;
  /** Of all together. */
  readonly most: number;
  /** Whoever has not said how it ended by then is taken for dead, ms. */
  readonly leaseMs: number;
}

/** An alert as it stands when it is told. */
export interface DigestState extends Omit<AlertGrowth, "key" | "channel" | "everyMs"> {
  /** How many it counted when it was told last; 0 if it never was. */
  readonly told: number;
}

/** A delivery to be tried. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly kind: "webhook" | "alert";
  readonly target: string;
  readonly policy: string;
  readonly app: string;
  readonly event: number | undefined;
  /** Of a webhook. */
  readonly body: Uint8Array | undefined;
  /** Of an alert. */
  readonly digest: DigestState | undefined;
  /** This one included. */
  readonly attempts: number;
  readonly createdAt: number;
}

/** What is due, and when to ask again. */
export interface Claim {
  readonly deliveries: readonly ClaimedDelivery[];
  /** Ms since the epoch; undefined when nothing waits. */
  readonly nextAt: number | undefined;
}

/** How one try ended. */
export interface Attempt {
  readonly id: string;
  readonly attempts: number;
  readonly state: "pending" | "delivered" | "dead";
  /** When to try again. */
  readonly nextAt: number;
  /** The answer's status; undefined without one. */
  readonly status: number | undefined;
  /** In words for people; holds nothing that is secret. */
  readonly problem: string | undefined;
  /** What the alert counted when it was told. */
  readonly told: number | undefined;
}

/** A delivery as people see it. */
export interface OutboxEntry {
  readonly id: string;
  readonly kind: "webhook" | "alert";
  readonly target: string;
  readonly policy: string;
  readonly app: string;
  readonly event: number | undefined;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly nextAt: number;
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
  readonly status: number | undefined;
  readonly problem: string | undefined;
  readonly acknowledgedAt: number | undefined;
  readonly acknowledgement: string | undefined;
}

/** The outbox on one page. */
export interface OutboxPage {
  readonly entries: readonly OutboxEntry[];
  readonly counts: Readonly<Record<OutboxState, number>>;
  /** Alerts that grew last, newest first. */
  readonly digests: readonly (DigestState & { readonly channel: string })[];
}
