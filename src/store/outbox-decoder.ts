/** Rows of the outbox as what they mean. */
import type { Database } from "bun:sqlite";
import type {
  ClaimedDelivery,
  DigestState,
  Evidence,
  OutboxEntry,
  OutboxPage,
  OutboxState,
} from "./outbox-rows.ts";

/** A row as SQLite gives it. */
export interface OutboxRow {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly policy: string;
  readonly app: string;
  readonly event: number | null;
  readonly digest: number | null;
  readonly body: Uint8Array | null;
  readonly state: number;
  readonly attempts: number;
  readonly next_at: number;
  readonly created_at: number;
  readonly finished_at: number | null;
  readonly status: number | null;
  readonly problem: string | null;
  readonly acknowledged_at: number | null;
  readonly acknowledgement: string | null;
}

interface DigestRow {
  readonly channel: string;
  readonly policy: string;
  readonly app: string;
  readonly severity: string;
  readonly first_at: number;
  readonly last_at: number;
  readonly count: number;
  readonly told: number;
  readonly evidence: string;
}

const states: readonly OutboxState[] = ["pending", "delivered", "dead", "dropped"];
const digestColumns = "channel, policy, app, severity, first_at, last_at, count, told, evidence";
const mostDigests = 50;

/** A delivery to be tried, its alert as it stands now. */
export function claimedOf(database: Database, row: OutboxRow): ClaimedDelivery {
  const digest =
    row.digest === null
      ? undefined
      : database
          .query<DigestRow, [number]>(`SELECT ${digestColumns} FROM digest WHERE id = ?`)
          .get(row.digest);
  return {
    id: row.id,
    kind: kindOf(row),
    target: row.target,
    policy: row.policy,
    app: row.app,
    event: row.event ?? undefined,
    body: row.body ?? undefined,
    digest: digest ? digestOf(digest) : undefined,
    attempts: row.attempts,
    createdAt: row.created_at,
  };
}

/** Deliveries in a state, newest first; how many there are of each; and the alerts that grew last. */
export function outboxPage(database: Database, state: OutboxState | undefined, limit: number): OutboxPage {
  const where = state === undefined ? "" : `WHERE state = ${states.indexOf(state)}`;
  const rows = database
    .query<OutboxRow, [number]>(`SELECT * FROM outbox ${where} ORDER BY created_at DESC, id LIMIT ?`)
    .all(limit);
  const counted = database
    .query<{ state: number; n: number }, []>("SELECT state, count(*) AS n FROM outbox GROUP BY state")
    .all();
  const countOf = (code: number) => counted.find((row) => row.state === code)?.n ?? 0;
  const digests = database
    .query<DigestRow, [number]>(`SELECT ${digestColumns} FROM digest ORDER BY last_at DESC LIMIT ?`)
    .all(mostDigests);
  return {
    entries: rows.map(entryOf),
    counts: { pending: countOf(0), delivered: countOf(1), dead: countOf(2), dropped: countOf(3) },
    digests: digests.map((row) => Object.assign(digestOf(row), { channel: row.channel })),
  };
}

/** One delivery; undefined when there is none. */
export function outboxEntry(database: Database, id: string): OutboxEntry | undefined {
  const row = database.query<OutboxRow, [string]>("SELECT * FROM outbox WHERE id = ?").get(id);
  return row ? entryOf(row) : undefined;
}

function entryOf(row: OutboxRow): OutboxEntry {
  const { id, target, policy, app, attempts } = row;
  return {
    id,
    target,
    policy,
    app,
    attempts,
    kind: kindOf(row),
    event: row.event ?? undefined,
    state: states[row.state] ?? "dead",
    nextAt: row.next_at,
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
    status: row.status ?? undefined,
    problem: row.problem ?? undefined,
    acknowledgedAt: row.acknowledged_at ?? undefined,
    acknowledgement: row.acknowledgement ?? undefined,
  };
}

function kindOf({ kind }: OutboxRow): "webhook" | "alert" {
  return kind === "alert" ? "alert" : "webhook";
}

function digestOf(row: DigestRow): DigestState {
  const { policy, app, severity, count, told } = row;
  return {
    policy,
    app,
    severity,
    count,
    told,
    firstAt: row.first_at,
    lastAt: row.last_at,
    evidence: JSON.parse(row.evidence) as Evidence,
  };
}
