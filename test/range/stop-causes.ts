/** Which policies stopped customers: asked of the process's own record after it has ended. */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { EventDecoder, type StoredEvent } from "../../src/store/event-decoder.ts";

/** A visit during which a customer was stopped. */
export interface StoppedVisit {
  readonly group: string;
  readonly day: string;
  readonly address: string;
  /** Compressed ms. */
  readonly from: number;
  readonly until: number;
}

const idsPerMs = 4096;

/** How many requests each policy stopped from then on (compressed ms), whoever sent them. */
export function stopsByPolicy(dataDir: string, since: number): Record<string, number> {
  const database = new Database(join(dataDir, "sallyport.db"), { readonly: true });
  try {
    const decoder = new EventDecoder(database);
    const rows = database
      .query<StoredEvent & { stops: number }, [number]>(
        "SELECT *, count(*) AS stops FROM event WHERE id >= ? AND status IN (403, 429) AND decider IS NOT NULL GROUP BY decider",
      )
      .all(Math.floor(since) * idsPerMs);
    return Object.fromEntries(
      rows.map(({ stops, ...stored }) => [decoder.decode(stored, undefined).decider ?? "", stops]),
    );
  } finally {
    database.close();
  }
}

/** Counts the stops of these visits by policy and group; what the record did not keep is not among them. */
export function stopCauses(dataDir: string, visits: readonly StoppedVisit[]): Record<string, number> {
  const causes: Record<string, number> = {};
  if (visits.length === 0) return causes;
  const database = new Database(join(dataDir, "sallyport.db"), { readonly: true });
  try {
    const decoder = new EventDecoder(database);
    const find = database.prepare<StoredEvent, [number, number]>(
      "SELECT * FROM event WHERE id BETWEEN ? AND ? AND status IN (403, 429, 503) AND decider IS NOT NULL",
    );
    for (const { address, day, from, group, until } of visits) {
      for (const stored of find.all(Math.floor(from) * idsPerMs, Math.ceil(until) * idsPerMs)) {
        const event = decoder.decode(stored, undefined);
        if (event.ip !== address) continue;
        const cause = `${group}, ${day}, by ${event.decider}`;
        causes[cause] = (causes[cause] ?? 0) + 1;
      }
    }
  } finally {
    database.close();
  }
  return causes;
}
