/**
 * What prints are made of, stored once and shared by events: header names, the stack, the shape of data. Attackers can
 * send a new one with each request, so newcomers are admitted at a pace, and a full kind forgets what was seen in the
 * fewest hours and longest ago: what real software sends comes again, what is made up does not.
 */
import type { Database } from "bun:sqlite";
import { eventTime } from "./event-row.ts";

/** What the vectors are of; the number is stored and never changes. */
export const vectorKinds = { header: 0, stack: 1, shape: 2 } as const;

/** A kind of vector that has a quota of its own. */
export type VectorKind = keyof typeof vectorKinds;

const hourMs = 3_600_000;
/** Newcomers of a kind at once, and after that one each so many ms. */
const burst = 1000;
const admitEveryMs = 2000;

interface Known {
  readonly id: number;
  seenHour: number;
}

interface Kind {
  readonly known: Map<string, Known>;
  admissions: number;
  admittedAt: number;
}

/** The writer's side; at most `most` vectors of a kind, 20 MB a kind at the very worst. */
export class VectorTable {
  readonly #database: Database;
  readonly #most: number;
  readonly #kinds = new Map<VectorKind, Kind>();
  readonly #insert;
  readonly #touch;
  #lastId = 0;

  constructor(database: Database, most = 20_000) {
    this.#database = database;
    this.#most = most;
    this.#insert = database.prepare<undefined, [number, number, string, number, number]>(
      "INSERT INTO vector (id, kind, value, seen_at, hours) VALUES (?, ?, ?, ?, ?)",
    );
    this.#touch = database.prepare<undefined, [number, number]>(
      "UPDATE vector SET seen_at = ?, hours = hours + 1 WHERE id = ?",
    );
    this.reload();
  }

  /** Takes the database's state as the truth; needed after a transaction was rolled back. */
  reload(): void {
    this.#lastId =
      this.#database.query<{ seq: number }, []>("SELECT seq FROM sqlite_sequence WHERE name = 'vector'").get()
        ?.seq ?? 0;
    for (const kind of Object.keys(vectorKinds) as VectorKind[]) this.#load(kind);
  }

  /** The number of an event's vector; null without one, or while too many new ones come. */
  encode(kind: VectorKind, value: string | undefined, eventId: number): number | null {
    if (value === undefined) return null;
    const state = this.#kinds.get(kind)!;
    const now = eventTime(eventId);
    const known = state.known.get(value);
    if (known) {
      this.#see(kind, value, known, now);
      return known.id;
    }
    if (!admits(state, now)) return null;
    if (state.known.size >= this.#most) this.#forget(kind);
    const id = ++this.#lastId;
    this.#insert.run(id, vectorKinds[kind], value, now, 1);
    state.known.set(value, { id, seenHour: hourOf(now) });
    return id;
  }

  #see(kind: VectorKind, value: string, known: Known, now: number): void {
    const hour = hourOf(now);
    if (hour <= known.seenHour) return;
    known.seenHour = hour;
    // Retention may have forgotten it meanwhile, with the events that held it.
    if (this.#touch.run(now, known.id).changes === 0)
      this.#insert.run(known.id, vectorKinds[kind], value, now, 1);
  }

  #forget(kind: VectorKind): void {
    this.#database
      .query(
        `DELETE FROM vector WHERE id IN (SELECT id FROM vector WHERE kind = ? ORDER BY hours, seen_at
         LIMIT (SELECT max(0, count(*) - ?) FROM vector WHERE kind = ?))`,
      )
      .run(vectorKinds[kind], Math.floor(this.#most * 0.9), vectorKinds[kind]);
    this.#load(kind);
  }

  #load(kind: VectorKind): void {
    const rows = this.#database
      .query<{ id: number; value: string; seen_at: number }, [number]>(
        "SELECT id, value, seen_at FROM vector WHERE kind = ?",
      )
      .all(vectorKinds[kind]);
    const { admissions = burst, admittedAt = 0 } = this.#kinds.get(kind) ?? {};
    const known = new Map(
      rows.map(({ id, value, seen_at }) => [value, { id, seenHour: hourOf(seen_at) }] as const),
    );
    this.#kinds.set(kind, { known, admissions, admittedAt });
  }
}

/** Forgets vectors that no event since `before` (ms) has; those are deleted too. */
export function forgetVectors(database: Database, before: number): void {
  // A vector's time is that of the first event of an hour.
  database.query("DELETE FROM vector WHERE seen_at < ?").run(before - hourMs);
}

function admits(state: Kind, now: number): boolean {
  const earned = Math.floor((now - state.admittedAt) / admitEveryMs);
  if (earned > 0) {
    state.admissions = Math.min(burst, state.admissions + earned);
    state.admittedAt = now;
  }
  if (state.admissions === 0) return false;
  state.admissions--;
  return true;
}

function hourOf(ms: number): number {
  return Math.floor(ms / hourMs);
}
