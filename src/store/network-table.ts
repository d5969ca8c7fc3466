/** Descriptions of networks as one number an event: AS, its name, country and class nearly always come together. */
import type { Database } from "bun:sqlite";
import type { EventRow } from "./event-row.ts";

/** What an event says about its network. */
export type NetworkDescription = Pick<EventRow, "asn" | "asName" | "country" | "networkClass">;

/** There are some 120,000 AS; country and class multiply few of them. */
const maxNetworks = 500_000;

/** The writer's side of the networks. */
export class NetworkTable {
  readonly #ids = new Map<string, number>();
  readonly #insert;
  readonly #all;

  constructor(database: Database) {
    this.#insert = database.prepare<
      undefined,
      [number, number | null, string | null, string | null, string | null]
    >("INSERT INTO network (id, asn, as_name, country, network_class) VALUES (?, ?, ?, ?, ?)");
    this.#all = database.prepare<StoredNetwork, []>(
      "SELECT id, asn, as_name AS asName, country, network_class AS networkClass FROM network",
    );
    this.reload();
  }

  /** Takes the database's state as the truth; needed after a transaction was rolled back. */
  reload(): void {
    this.#ids.clear();
    for (const row of this.#all.all()) this.#ids.set(keyOf(descriptionOf(row)), row.id);
  }

  /** The description's number; null when nothing is known, or when the table is full. */
  encode(network: NetworkDescription): number | null {
    const { asn, asName, country, networkClass } = network;
    if (asn === undefined && asName === undefined && country === undefined && networkClass === undefined) {
      return null;
    }
    const key = keyOf(network);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    if (this.#ids.size >= maxNetworks) return null;
    const id = this.#ids.size + 1;
    this.#insert.run(id, asn ?? null, asName ?? null, country ?? null, networkClass ?? null);
    this.#ids.set(key, id);
    return id;
  }
}

/** The readers' side: numbers back to descriptions, remembered. */
export class NetworkReader {
  readonly #known = new Map<number, NetworkDescription>();
  readonly #find;
  readonly #latest;

  constructor(database: Database) {
    const columns = "id, asn, as_name AS asName, country, network_class AS networkClass";
    this.#find = database.prepare<StoredNetwork, [number]>(`SELECT ${columns} FROM network WHERE id = ?`);
    this.#latest = database.prepare<StoredNetwork, [number]>(
      `SELECT ${columns} FROM network WHERE asn = ? ORDER BY id DESC LIMIT 1`,
    );
  }

  /** The description behind an event's number. */
  decode(id: number | null): NetworkDescription {
    if (id === null) return unknownNetwork;
    const known = this.#known.get(id);
    if (known) return known;
    const row = this.#find.get(id);
    if (!row) return unknownNetwork;
    const description = descriptionOf(row);
    this.#known.set(id, description);
    return description;
  }

  /** The newest description of an AS. */
  describe(asn: number | undefined): NetworkDescription {
    if (asn === undefined) return unknownNetwork;
    const row = this.#latest.get(asn);
    return row ? descriptionOf(row) : { ...unknownNetwork, asn };
  }
}

interface StoredNetwork {
  id: number;
  asn: number | null;
  asName: string | null;
  country: string | null;
  networkClass: string | null;
}

const unknownNetwork: NetworkDescription = {
  asn: undefined,
  asName: undefined,
  country: undefined,
  networkClass: undefined,
};

function descriptionOf(row: StoredNetwork): NetworkDescription {
  return {
    asn: row.asn ?? undefined,
    asName: row.asName ?? undefined,
    country: row.country ?? undefined,
    networkClass: row.networkClass ?? undefined,
  };
}

function keyOf(network: NetworkDescription): string {
  const { asn, asName, country, networkClass } = network;
  return `${asn ?? ""}\n${country ?? ""}\n${networkClass ?? ""}\n${asName === undefined ? "-" : `+${asName}`}`;
}
