/** A filter as SQL conditions: column names are ours, every value is a parameter. */
import type { Database } from "bun:sqlite";
import { AppError } from "../app-error.ts";
import { type DictionaryKind, dictionaryKinds } from "./dictionary.ts";
import { encodeAccount } from "./encode-account.ts";
import { eventDecisions } from "./event-row.ts";
import { ipRange } from "./ip-bytes.ts";
import type { EventFilter } from "./store-reader.ts";

/** What SQLite binds. */
export type Parameter = number | string | Uint8Array;

/** One condition and its parameters, in order. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** How the events of a filter are found: along an index, or along time. */
export interface EventConditions {
  /** `INDEXED BY …`, and the condition that the index answers. */
  readonly source: string;
  readonly driver: Condition | undefined;
  readonly others: readonly Condition[];
}

/** Makes a filter's conditions. Throws AppError `bad_input` for an address that is none. */
export function eventConditions(database: Database, filter: EventFilter): EventConditions {
  const conditions = new FilterReader(database, filter);
  const others = new Map(conditions.all());
  for (const [name, index] of drivers) {
    const driver = others.get(name);
    if (!driver || (name === "decision" && !isRareDecision(filter))) continue;
    others.delete(name);
    return { source: `INDEXED BY ${index}`, driver, others: [...others.values()] };
  }
  return { source: "NOT INDEXED", driver: undefined, others: [...others.values()] };
}

/** Conditions that an index answers, the most selective first. */
const drivers = [
  ["accountHash", "event_account"],
  ["decider", "event_decider"],
  ["decision", "event_decision"],
] as const;

type ConditionName = Exclude<keyof EventFilter, "since" | "until">;

function isRareDecision(filter: EventFilter): boolean {
  return filter.decision !== undefined && eventDecisions.indexOf(filter.decision) >= 2;
}

class FilterReader {
  readonly #filter: EventFilter;
  readonly #findId;

  constructor(database: Database, filter: EventFilter) {
    this.#filter = filter;
    this.#findId = database.query<{ id: number }, [number, string]>(
      "SELECT id FROM dictionary WHERE kind = ? AND value = ?",
    );
  }

  *all(): Generator<[ConditionName, Condition]> {
    const { decision, accountHash, ip, asn, networkClass, text } = this.#filter;
    if (decision !== undefined) yield ["decision", decisionIs(eventDecisions.indexOf(decision))];
    for (const [name, column] of codedColumns) {
      const value = this.#filter[name];
      if (value !== undefined) yield [name, this.#codedIs(name, column, value)];
    }
    if (accountHash !== undefined) {
      yield ["accountHash", { sql: "account = ?", parameters: [encodeAccount(accountHash) ?? ""] }];
    }
    if (ip !== undefined) yield ["ip", addressWithin(ip)];
    if (asn !== undefined) yield ["asn", networkWith("asn", asn)];
    if (networkClass !== undefined) yield ["networkClass", networkWith("network_class", networkClass)];
    if (text !== undefined && text !== "") yield ["text", pathContains(text)];
  }

  #codedIs(kind: DictionaryKind, column: string, value: string): Condition {
    const id = this.#findId.get(dictionaryKinds[kind], value)?.id;
    if (id === undefined) return { sql: `${column} = ?`, parameters: [value] };
    // A policy's name has its number from its first event on, and one value keeps the index in order of time.
    if (kind === "decider") return { sql: `${column} = ?`, parameters: [id] };
    return { sql: `${column} IN (?, ?)`, parameters: [id, value] };
  }
}

const codedColumns = [
  ["app", "app"],
  ["route", "route"],
  ["decider", "decider"],
  ["skeleton", "skeleton"],
  ["stack", "stack"],
  ["ja4", "ja4"],
  ["outcome", "outcome"],
] as const;

function decisionIs(code: number): Condition {
  // The second term is what the partial index demands word for word.
  return code >= 2
    ? { sql: "decision = ? AND decision >= 2", parameters: [code] }
    : { sql: "decision = ?", parameters: [code] };
}

function addressWithin(text: string): Condition {
  const range = ipRange(text.trim());
  if (!range) throw new AppError("bad_input", "not an address and not a network in CIDR notation");
  return {
    sql: "length(ip) = ? AND ip BETWEEN ? AND ?",
    parameters: [range.first.length, range.first, range.last],
  };
}

function networkWith(column: "asn" | "network_class", value: Parameter): Condition {
  return { sql: `network IN (SELECT id FROM network WHERE ${column} = ?)`, parameters: [value] };
}

function pathContains(text: string): Condition {
  const pattern = `%${text.slice(0, 256).replaceAll(/[\\%_]/g, "\\$&")}%`;
  return {
    sql: `(path IN (SELECT id FROM dictionary WHERE kind = ? AND value LIKE ? ESCAPE '\\')
      OR (typeof(path) = 'text' AND path LIKE ? ESCAPE '\\'))`,
    parameters: [dictionaryKinds.path, pattern, pattern],
  };
}
