/** A stored event back to the row that was appended. */
import type { Database } from "bun:sqlite";
import { DictionaryReader } from "./dictionary.ts";
import { type EventRow, eventDecisions } from "./event-row.ts";
import { bytesToIp } from "./ip-bytes.ts";
import { NetworkReader } from "./network-table.ts";

type Coded = number | string | null;

/** An event as the database holds it. */
export interface StoredEvent {
  id: number;
  duration_us: number;
  app: Coded;
  route: Coded;
  method: Coded;
  host: Coded;
  path: Coded;
  status: number;
  decision: number;
  decider: Coded;
  revision: number;
  ip: Uint8Array | string;
  network: number | null;
  skeleton: Coded;
  shape: Coded;
  user_agent: Coded;
  account: Uint8Array | string | null;
  outcome: Coded;
  bytes_in: number;
  bytes_out: number;
}

/** Decodes events over a reading connection, remembering texts. */
export class EventDecoder {
  readonly #dictionary: DictionaryReader;
  readonly #networks: NetworkReader;

  constructor(database: Database) {
    this.#dictionary = new DictionaryReader(database);
    this.#networks = new NetworkReader(database);
  }

  decode(stored: StoredEvent, receipt: string | undefined): EventRow {
    const dictionary = this.#dictionary;
    return {
      id: stored.id,
      durationUs: stored.duration_us,
      app: dictionary.decode("app", stored.app) ?? "",
      route: dictionary.decode("route", stored.route),
      method: dictionary.decode("method", stored.method) ?? "",
      host: dictionary.decode("host", stored.host) ?? "",
      path: dictionary.decode("path", stored.path) ?? "",
      status: stored.status,
      decision: eventDecisions[stored.decision] ?? "error",
      decider: dictionary.decode("decider", stored.decider),
      revision: stored.revision,
      ip: typeof stored.ip === "string" ? stored.ip : bytesToIp(stored.ip),
      ...this.#networks.decode(stored.network),
      skeleton: dictionary.decode("skeleton", stored.skeleton),
      shape: dictionary.decode("shape", stored.shape),
      userAgent: dictionary.decode("userAgent", stored.user_agent),
      accountHash: decodeAccount(stored.account),
      outcome: dictionary.decode("outcome", stored.outcome),
      bytesIn: stored.bytes_in,
      bytesOut: stored.bytes_out,
      receipt,
    };
  }
}

function decodeAccount(stored: Uint8Array | string | null): string | undefined {
  if (stored === null) return undefined;
  return typeof stored === "string" ? stored : Buffer.from(stored).toString("hex");
}
