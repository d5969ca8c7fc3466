/** A stored event back to the row that was appended. */
import type { Database } from "bun:sqlite";
import { DictionaryReader } from "./dictionary.ts";
import { type EventRow, eventDecisions } from "./event-row.ts";
import { bytesToIp } from "./ip-bytes.ts";
import { NetworkReader } from "./network-table.ts";
import { type VectorKind, vectorKinds } from "./vector-table.ts";

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
  stack: Coded;
  ja4: Coded;
  header_vector: number | null;
  stack_vector: number | null;
  shape_vector: number | null;
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
  readonly #findVector;

  constructor(database: Database) {
    this.#dictionary = new DictionaryReader(database);
    this.#networks = new NetworkReader(database);
    this.#findVector = database.prepare<{ value: string }, [number, number]>(
      "SELECT value FROM vector WHERE id = ? AND kind = ?",
    );
  }

  /** The row; without its vectors unless they are asked for. */
  decode(stored: StoredEvent, receipt: string | undefined, hasVectors = false): EventRow {
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
      stack: dictionary.decode("stack", stored.stack),
      ja4: dictionary.decode("ja4", stored.ja4),
      ...this.#vectorsOf(stored, hasVectors),
      userAgent: dictionary.decode("userAgent", stored.user_agent),
      accountHash: decodeAccount(stored.account),
      outcome: dictionary.decode("outcome", stored.outcome),
      bytesIn: stored.bytes_in,
      bytesOut: stored.bytes_out,
      receipt,
    };
  }

  #vectorsOf(
    stored: StoredEvent,
    isWanted: boolean,
  ): Pick<EventRow, "headerVector" | "stackVector" | "shapeVector"> {
    const find = (kind: VectorKind, id: number | null) =>
      isWanted && id !== null ? this.#findVector.get(id, vectorKinds[kind])?.value : undefined;
    return {
      headerVector: find("header", stored.header_vector),
      stackVector: find("stack", stored.stack_vector),
      shapeVector: find("shape", stored.shape_vector),
    };
  }
}

function decodeAccount(stored: Uint8Array | string | null): string | undefined {
  if (stored === null) return undefined;
  return typeof stored === "string" ? stored : Buffer.from(stored).toString("hex");
}
