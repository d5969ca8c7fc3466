/** Requests counted a minute and an hour while they are written, so that no overview ever scans events. */
import type { Database, Statement } from "bun:sqlite";
import { type EventRow, eventDecisions, eventTime } from "./event-row.ts";

/** What is counted; the number is stored and never changes. */
export const rollupKinds = {
  total: 0,
  networkClass: 1,
  asn: 2,
  skeleton: 3,
  decider: 4,
  country: 5,
} as const;

/** The key of everything beyond a bucket's limit of keys. */
export const otherKey = "(other)";

/** One table of buckets: length of a bucket, and how many keys a kind may have in one. */
export interface RollupSpan {
  readonly table: "rollup_minute" | "rollup_hour";
  readonly bucketMs: number;
  readonly maxKeys: number;
  /** How long buckets stay. */
  readonly keepMs: number;
}

const hourMs = 3_600_000;

/** The two spans, finest first. */
export const rollupSpans: readonly [RollupSpan, RollupSpan] = [
  { table: "rollup_minute", bucketMs: 60_000, maxKeys: 200, keepMs: 49 * hourMs },
  { table: "rollup_hour", bucketMs: hourMs, maxKeys: 300, keepMs: 92 * 24 * hourMs },
];

/** Adds events up in memory and writes the sums within the caller's transaction. */
export class Rollups {
  readonly #spans: readonly SpanCounter[];

  constructor(database: Database) {
    this.#spans = rollupSpans.map((span) => new SpanCounter(database, span));
  }

  /** Counts one event; nothing is written before `write`. */
  add(row: EventRow): void {
    const decision = eventDecisions.indexOf(row.decision);
    const asn = row.asn === undefined ? "" : String(row.asn);
    for (const span of this.#spans) span.add(row, decision, asn);
  }

  /** Writes the sums; must run inside the transaction that stores the events. */
  write(): void {
    for (const span of this.#spans) span.write();
  }

  /** Forgets everything unwritten and all knowledge of buckets; needed after a rollback. */
  forget(): void {
    for (const span of this.#spans) span.forget();
  }
}

/** Buckets whose keys are remembered; older ones are read again when a late event falls into them. */
const rememberedBuckets = 4;

class SpanCounter {
  readonly #span: RollupSpan;
  readonly #upsert: Statement<undefined, [number, number, string, number, number]>;
  readonly #keysOf: Statement<{ key: string }, [number, number]>;
  readonly #buckets = new Map<number, BucketCounter>();

  constructor(database: Database, span: RollupSpan) {
    this.#span = span;
    this.#upsert = database.prepare(
      `INSERT INTO ${span.table} (kind, bucket, key, decision, requests) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET requests = requests + excluded.requests`,
    );
    this.#keysOf = database.prepare(`SELECT DISTINCT key FROM ${span.table} WHERE kind = ? AND bucket = ?`);
  }

  add(row: EventRow, decision: number, asn: string): void {
    const number = Math.floor(eventTime(row.id) / this.#span.bucketMs);
    const bucket = this.#bucket(number);
    bucket.count(rollupKinds.total, row.app, decision);
    bucket.count(rollupKinds.networkClass, row.networkClass ?? "", decision);
    bucket.count(rollupKinds.asn, asn, decision);
    if (row.skeleton !== undefined) bucket.count(rollupKinds.skeleton, row.skeleton, decision);
    if (row.decider !== undefined) bucket.count(rollupKinds.decider, row.decider, decision);
    bucket.count(rollupKinds.country, row.country ?? "", decision);
  }

  write(): void {
    for (const [number, bucket] of this.#buckets) {
      for (const [kind, keys] of bucket.kinds.entries()) {
        for (const [key, sums] of keys) this.#writeSums(kind, number, key, sums);
      }
    }
    while (this.#buckets.size > rememberedBuckets) {
      this.#buckets.delete(Math.min(...this.#buckets.keys()));
    }
  }

  forget(): void {
    this.#buckets.clear();
  }

  #writeSums(kind: number, bucket: number, key: string, sums: number[]): void {
    for (let decision = 0; decision < sums.length; decision++) {
      const requests = sums[decision] ?? 0;
      if (requests === 0) continue;
      this.#upsert.run(kind, bucket, key, decision, requests);
      sums[decision] = 0;
    }
  }

  #bucket(number: number): BucketCounter {
    const known = this.#buckets.get(number);
    if (known) return known;
    const stored = Object.values(rollupKinds).map((kind) =>
      this.#keysOf.all(kind, number).map((row) => row.key),
    );
    const bucket = new BucketCounter(stored, this.#span.maxKeys);
    this.#buckets.set(number, bucket);
    return bucket;
  }
}

class BucketCounter {
  readonly kinds: readonly Map<string, number[]>[];
  readonly #maxKeys: number;

  constructor(storedKeys: readonly (readonly string[])[], maxKeys: number) {
    this.kinds = storedKeys.map((keys) => new Map(keys.map((key) => [key, noSums()])));
    this.#maxKeys = maxKeys;
  }

  count(kind: number, key: string, decision: number): void {
    const keys = this.kinds[kind]!;
    let sums = keys.get(key);
    if (!sums) {
      const kept = keys.size < this.#maxKeys ? key : otherKey;
      sums = keys.get(kept) ?? noSums();
      keys.set(kept, sums);
    }
    sums[decision] = (sums[decision] ?? 0) + 1;
  }
}

function noSums(): number[] {
  return [0, 0, 0, 0, 0, 0];
}
