/** The overview: sums of rollups, so that its cost depends on the window and never on the number of events. */
import type { Database } from "bun:sqlite";
import { type EventDecision, eventDecisions } from "./event-row.ts";
import { NetworkReader } from "./network-table.ts";
import { otherKey, type RollupSpan, rollupKinds, rollupSpans } from "./rollups.ts";
import type { DecisionCounts, NetworkTotal, Overview, SeriesPoint } from "./store-reader.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const maxWindowMs = 90 * 24 * hourMs;
const maxPoints = 120;
const topLength = 10;
const maxListed = 100;

/** Minutes answer exactly, but there are many: up to here for the series, and for the lists of keys. */
const seriesByMinuteMs = 48 * hourMs;
const listsByMinuteMs = 2 * hourMs;

const stoppedCodes = `${eventDecisions.indexOf("block")}, ${eventDecisions.indexOf("deceive")}`;

interface KeyTotal {
  key: string;
  requests: number;
  stopped: number;
}

/** Sums up the window that ends now; lists of windows over two hours begin at a full hour. */
export function overviewOf(database: Database, windowMs: number, now: number): Overview {
  const window = Math.min(maxWindowMs, Math.max(minuteMs, Number.isFinite(windowMs) ? windowMs : hourMs));
  const [minutes, hours] = rollupSpans;
  const { series, stepMs } = seriesOf(database, window <= seriesByMinuteMs ? minutes : hours, window, now);
  const lists = new KeyLists(database, window <= listsByMinuteMs ? minutes : hours, window, now);
  const networks = new NetworkReader(database);
  return {
    series,
    stepMs,
    totals: sumOf(series),
    topNetworks: lists.top(rollupKinds.asn, topLength).map((total) => networkTotal(networks, total)),
    byClass: lists.all(rollupKinds.networkClass).map(({ key, requests, stopped }) => ({
      networkClass: key === "" ? undefined : key,
      requests,
      stopped,
    })),
    topPrints: lists
      .top(rollupKinds.skeleton, topLength)
      .map(({ key, requests, stopped }) => ({ skeleton: key, requests, stopped })),
    topPolicies: lists.stoppers(topLength).map(({ key, stopped }) => ({ decider: key, stopped })),
  };
}

function networkTotal(networks: NetworkReader, { key, requests, stopped }: KeyTotal): NetworkTotal {
  const { asn, asName, networkClass, country } = networks.describe(key === "" ? undefined : Number(key));
  return { asn, asName, networkClass, country, requests, stopped };
}

function seriesOf(
  database: Database,
  span: RollupSpan,
  windowMs: number,
  now: number,
): { series: readonly SeriesPoint[]; stepMs: number } {
  const buckets = Math.ceil(windowMs / span.bucketMs);
  const step = Math.ceil(buckets / maxPoints);
  const points = Math.ceil(buckets / step);
  // Steps begin at multiples of themselves, so that a point does not change its span from one refresh to the next.
  const first = (Math.floor(now / span.bucketMs / step) - points + 1) * step;
  const rows = database
    .query<{ slot: number; decision: number; requests: number }, [number, number, number, number]>(
      `SELECT (bucket - ?) / ? AS slot, decision, sum(requests) AS requests FROM ${span.table}
       WHERE kind = ? AND bucket >= ? GROUP BY slot, decision`,
    )
    .all(first, step, rollupKinds.total, first);
  const stepMs = step * span.bucketMs;
  const series = Array.from({ length: points }, (_, slot) => ({
    at: first * span.bucketMs + slot * stepMs,
    counts: noCounts(),
  }));
  for (const { slot, decision, requests } of rows) {
    const counts = series[slot]?.counts;
    const name = eventDecisions[decision];
    if (counts && name) counts[name] += requests;
  }
  return { series, stepMs };
}

class KeyLists {
  readonly #database: Database;
  readonly #table: string;
  readonly #first: number;

  constructor(database: Database, span: RollupSpan, windowMs: number, now: number) {
    this.#database = database;
    this.#table = span.table;
    this.#first = Math.floor((now - windowMs) / span.bucketMs) + (span.bucketMs === minuteMs ? 1 : 0);
  }

  top(kind: number, limit: number): KeyTotal[] {
    return this.#list(kind, "requests", limit)
      .filter(({ key }) => key !== otherKey)
      .slice(0, limit);
  }

  all(kind: number): KeyTotal[] {
    return this.#list(kind, "requests", maxListed);
  }

  stoppers(limit: number): KeyTotal[] {
    return this.#list(rollupKinds.decider, "stopped", limit)
      .filter(({ key, stopped }) => key !== otherKey && stopped > 0)
      .slice(0, limit);
  }

  #list(kind: number, order: "requests" | "stopped", limit: number): KeyTotal[] {
    return this.#database
      .query<KeyTotal, [number, number, number]>(
        `SELECT key, sum(requests) AS requests, sum(iif(decision IN (${stoppedCodes}), requests, 0)) AS stopped
         FROM ${this.#table} WHERE kind = ? AND bucket >= ?
         GROUP BY key ORDER BY ${order} DESC, key LIMIT ?`,
      )
      .all(kind, this.#first, limit + 1);
  }
}

function noCounts(): Record<EventDecision, number> {
  return { forward: 0, allow: 0, block: 0, deceive: 0, refuse: 0, error: 0 };
}

function sumOf(series: readonly SeriesPoint[]): DecisionCounts {
  const sum = noCounts();
  for (const { counts } of series) {
    for (const decision of eventDecisions) sum[decision] += counts[decision];
  }
  return sum;
}
