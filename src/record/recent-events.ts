/** The newest events, in memory, for the live view. */
import type { EventRow } from "../store/event-row.ts";

/** A ring of the last `size` events. */
export class RecentEvents {
  readonly #ring: (EventRow | undefined)[];
  #next = 0;

  constructor(size: number) {
    this.#ring = Array.from<EventRow | undefined>({ length: size });
  }

  add(row: EventRow): void {
    this.#ring[this.#next] = row;
    this.#next = (this.#next + 1) % this.#ring.length;
  }

  /** Newest first, at most `limit`. */
  newest(limit: number): EventRow[] {
    const size = this.#ring.length;
    const rows: EventRow[] = [];
    for (let back = 1; back <= size && rows.length < limit; back++) {
      const row = this.#ring[(this.#next - back + size) % size];
      if (!row) break;
      rows.push(row);
    }
    return rows;
  }
}
