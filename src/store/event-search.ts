/** Pages through events of a filter; one call examines a bounded number of events and says where it stopped. */
import type { Database } from "bun:sqlite";
import { type Condition, type EventConditions, eventConditions, type Parameter } from "./event-conditions.ts";
import type { EventDecoder, StoredEvent } from "./event-decoder.ts";
import { eventIdsPerMs } from "./event-row.ts";
import type { EventCursor, EventFilter, EventPage } from "./store-reader.ts";

/** Events examined step by step, so that a frequent match is found at once and a rare one costs one call ~50 ms. */
const scanSteps = [2000, 20_000, 80_000, 100_000];
/** The same along an index, where each event is a look-up of its own. */
const indexSteps = [500, 5000, 20_000];
const maxSearchMs = 120;

const maxLimit = 200;

/** The end of the ids. */
const lastId = Number.MAX_SAFE_INTEGER;

interface Found {
  readonly events: StoredEvent[];
  /** The last id that was examined; undefined when the search saw everything. */
  readonly stoppedAt: number | undefined;
  readonly hasMore: boolean;
}

/** Finds one page. Throws AppError `bad_input` for a filter that makes no sense. */
export function searchEvents(
  database: Database,
  decoder: EventDecoder,
  filter: EventFilter,
  cursor: EventCursor | undefined,
  limit: number,
): EventPage {
  const wanted = Math.min(maxLimit, Math.max(1, Math.floor(limit) || 1));
  const isNewer = cursor !== undefined && "after" in cursor;
  const found = new Search(database, filter, isNewer).run(cursor, wanted);
  if (isNewer) found.events.reverse();
  const events = found.events.map((stored) => decoder.decode(stored, undefined));
  return { events, ...cursors(found, events, cursor), isComplete: found.stoppedAt === undefined };
}

function cursors(
  found: Found,
  events: EventPage["events"],
  cursor: EventCursor | undefined,
): Pick<EventPage, "older" | "newer"> {
  const newest = events[0]?.id;
  const oldest = events.at(-1)?.id;
  if (cursor && "after" in cursor) {
    const after = found.stoppedAt ?? newest;
    return {
      older: { before: oldest ?? cursor.after + 1 },
      newer: after === undefined ? undefined : { after },
    };
  }
  const before = found.stoppedAt ?? (found.hasMore ? oldest : undefined);
  return {
    older: before === undefined ? undefined : { before },
    newer: newest === undefined ? undefined : { after: newest },
  };
}

class Search {
  readonly #database: Database;
  readonly #conditions: EventConditions;
  readonly #low: number;
  readonly #high: number;
  readonly #isNewer: boolean;

  constructor(database: Database, filter: EventFilter, isNewer: boolean) {
    this.#database = database;
    this.#conditions = eventConditions(database, filter);
    this.#low = filter.since === undefined ? 0 : Math.ceil(filter.since) * eventIdsPerMs;
    this.#high =
      filter.until === undefined ? lastId : Math.floor(filter.until) * eventIdsPerMs + eventIdsPerMs - 1;
    this.#isNewer = isNewer;
  }

  run(cursor: EventCursor | undefined, wanted: number): Found {
    let low = this.#low;
    let high = this.#high;
    if (cursor) {
      if ("after" in cursor) low = Math.max(low, cursor.after + 1);
      else high = Math.min(high, cursor.before - 1);
    }
    const deadline = performance.now() + maxSearchMs;
    const { driver, others } = this.#conditions;
    const steps = others.length === 0 ? [undefined] : driver ? indexSteps : scanSteps;
    const events: StoredEvent[] = [];
    for (const step of steps) {
      const edge = step === undefined ? undefined : this.#edge(low, high, step);
      events.push(...this.#page(edge, low, high, wanted + 1 - events.length));
      if (events.length > wanted)
        return { events: events.slice(0, wanted), stoppedAt: undefined, hasMore: true };
      if (edge === undefined) return { events, stoppedAt: undefined, hasMore: false };
      if (this.#isNewer) low = edge + 1;
      else high = edge - 1;
      if (performance.now() > deadline) break;
    }
    return { events, stoppedAt: this.#isNewer ? low - 1 : high + 1, hasMore: true };
  }

  /** The id `step` events further on; undefined when fewer are left. */
  #edge(low: number, high: number, step: number): number | undefined {
    const { sql, parameters } = this.#select("id", low, high, []);
    return this.#all<{ id: number }>(`${sql} LIMIT 1 OFFSET ${step - 1}`, parameters)[0]?.id;
  }

  #page(edge: number | undefined, low: number, high: number, limit: number): StoredEvent[] {
    const [from, to] = this.#isNewer ? [low, edge ?? high] : [edge ?? low, high];
    const { sql, parameters } = this.#select("*", from, to, this.#conditions.others);
    return this.#all<StoredEvent>(`${sql} LIMIT ${limit}`, parameters);
  }

  #select(columns: "id" | "*", low: number, high: number, others: readonly Condition[]): Condition {
    const { source, driver } = this.#conditions;
    const conditions: Condition[] = [
      ...(driver ? [driver] : []),
      { sql: "id BETWEEN ? AND ?", parameters: [low, high] },
      ...others,
    ];
    return {
      sql: `SELECT ${columns} FROM event ${source} WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}
        ORDER BY id ${this.#isNewer ? "ASC" : "DESC"}`,
      parameters: conditions.flatMap(({ parameters }) => parameters),
    };
  }

  #all<Row>(sql: string, parameters: readonly Parameter[]): Row[] {
    return this.#database.query<Row, Parameter[]>(sql).all(...parameters);
  }
}
