/** Alerts that grow: under a million stopped requests the analyst gets one, with counts and the evidence seen most. */
import type { Database } from "bun:sqlite";
import type { AlertGrowth, Evidence } from "./outbox-rows.ts";

/** Without a word for so long an alert is over, and the next one is another. */
const quietMs = 6 * 3_600_000;
/** Alerts of one policy and app that differ in their key alone; further ones are one together. */
const mostKeys = 20;
/** Values kept of each kind of evidence. */
const mostValues = 50;

interface DigestRow {
  readonly id: number;
  readonly evidence: string;
  readonly last_at: number;
}

/** Adds to the alert of a group, or begins one. */
export function growAlert(database: Database, growth: AlertGrowth, now: number): void {
  const { channel, policy, app, severity, firstAt, lastAt, count, everyMs, evidence } = growth;
  const key = keyOf(database, growth, now);
  const known = database
    .query<DigestRow, [string, string, string, Uint8Array]>(
      "SELECT id, evidence, last_at FROM digest WHERE channel = ? AND policy = ? AND app = ? AND key = ?",
    )
    .get(channel, policy, app, key);
  if (known && now - known.last_at < Math.max(quietMs, everyMs)) {
    const merged = mergeEvidence(JSON.parse(known.evidence) as Evidence, evidence);
    database
      .query(
        "UPDATE digest SET count = count + ?, last_at = max(last_at, ?), severity = ?, every_ms = ?, evidence = ? WHERE id = ?",
      )
      .run(count, lastAt, severity, everyMs, JSON.stringify(merged), known.id);
    return;
  }
  if (known) database.query("DELETE FROM digest WHERE id = ?").run(known.id);
  database
    .query(
      `INSERT INTO digest (channel, policy, app, key, severity, first_at, last_at, count, told, next_at, every_ms, evidence)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)`,
    )
    .run(
      channel,
      policy,
      app,
      key,
      severity,
      firstAt,
      lastAt,
      count,
      now,
      everyMs,
      JSON.stringify(mergeEvidence({}, evidence)),
    );
}

/** A group whose policy and app have too many keys already goes into the one of all. */
function keyOf(database: Database, { channel, policy, app, key }: AlertGrowth, now: number): Uint8Array {
  if (key.length === 0) return key;
  const others = database
    .query<{ n: number }, [string, string, string, number, Uint8Array]>(
      `SELECT count(*) AS n FROM digest
       WHERE channel = ? AND policy = ? AND app = ? AND last_at > ? AND key <> ? AND length(key) > 0`,
    )
    .get(channel, policy, app, now - quietMs, key);
  return (others?.n ?? 0) >= mostKeys ? new Uint8Array() : key;
}

/** Puts a message for every alert that grew and may be told again into the outbox; one that waits there grows in place. */
export function tellGrown(database: Database, now: number): void {
  const grown = database
    .query<{ id: number; channel: string; policy: string; app: string; every_ms: number }, [number]>(
      `SELECT id, channel, policy, app, every_ms FROM digest WHERE count > told AND next_at <= ?
       AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.digest = digest.id AND state = 0) LIMIT 1000`,
    )
    .all(now);
  for (const { id, channel, policy, app, every_ms } of grown) {
    database
      .query(
        `INSERT INTO outbox (id, kind, target, policy, app, digest, state, attempts, next_at, created_at)
         VALUES (?, 'alert', ?, ?, ?, ?, 0, 0, ?, ?)`,
      )
      .run(`msg_${crypto.randomUUID().replaceAll("-", "")}`, channel, policy, app, id, now, now);
    database.query("UPDATE digest SET next_at = ? WHERE id = ?").run(now + every_ms, id);
  }
}

/** Adds counts, and keeps those seen most. */
function mergeEvidence(into: Evidence, more: Evidence): Evidence {
  const kinds = new Set([...Object.keys(into), ...Object.keys(more)]);
  return Object.fromEntries(
    Array.from(kinds, (kind) => {
      const counts = new Map(Object.entries(into[kind] ?? {}));
      for (const [value, count] of Object.entries(more[kind] ?? {})) {
        counts.set(value, (counts.get(value) ?? 0) + count);
      }
      const kept = [...counts].sort((left, right) => right[1] - left[1]).slice(0, mostValues);
      return [kind, Object.fromEntries(kept)];
    }),
  );
}
