/** The tables as Drizzle sees them; the SQL in `migrations/` makes them and a test holds the two together. */
import { blob, customType, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** A dictionary id, or the value itself (SQLite's ANY: no conversion either way). */
const coded = customType<{ data: number | string | Uint8Array; driverData: number | string | Uint8Array }>({
  dataType: () => "any",
});

/** One stored request; ids are (ms since the epoch) * 4096 + sequence. */
export const event = sqliteTable(
  "event",
  {
    id: integer().primaryKey(),
    durationUs: integer("duration_us").notNull(),
    app: coded().notNull(),
    route: coded(),
    method: coded().notNull(),
    host: coded().notNull(),
    path: coded().notNull(),
    status: integer().notNull(),
    decision: integer().notNull(),
    decider: coded(),
    revision: integer().notNull(),
    ip: coded().notNull(),
    network: integer(),
    skeleton: coded(),
    shape: coded(),
    userAgent: coded("user_agent"),
    account: coded(),
    outcome: coded(),
    bytesIn: integer("bytes_in").notNull(),
    bytesOut: integer("bytes_out").notNull(),
  },
  (table) => [
    index("event_decision").on(table.decision),
    index("event_decider").on(table.decider),
    index("event_account").on(table.account),
  ],
);

/** Why a policy matched an event. */
export const receipt = sqliteTable("receipt", {
  event: integer().primaryKey(),
  json: text().notNull(),
});

/** Texts of events, numbered for each kind (dictionary.ts). */
export const dictionary = sqliteTable(
  "dictionary",
  { kind: integer().notNull(), id: integer().notNull(), value: text().notNull() },
  (table) => [primaryKey({ columns: [table.kind, table.id] })],
);

/** Network descriptions as seen in events, numbered. */
export const network = sqliteTable(
  "network",
  {
    id: integer().primaryKey(),
    asn: integer(),
    asName: text("as_name"),
    country: text(),
    networkClass: text("network_class"),
  },
  (table) => [index("network_asn").on(table.asn)],
);

const rollupColumns = () => ({
  kind: integer().notNull(),
  bucket: integer().notNull(),
  key: text().notNull(),
  decision: integer().notNull(),
  requests: integer().notNull(),
});

/** Requests a minute by kind, key and decision (rollups.ts). */
export const rollupMinute = sqliteTable("rollup_minute", rollupColumns(), (table) => [
  primaryKey({ columns: [table.kind, table.bucket, table.key, table.decision] }),
]);

/** Requests an hour by kind, key and decision. */
export const rollupHour = sqliteTable("rollup_hour", rollupColumns(), (table) => [
  primaryKey({ columns: [table.kind, table.bucket, table.key, table.decision] }),
]);

/** Every policy set that was live. */
export const policyRevision = sqliteTable(
  "policy_revision",
  {
    id: integer().primaryKey(),
    hash: text().notNull().unique(),
    activation: integer().notNull(),
    createdAt: integer("created_at").notNull(),
    irVersion: integer("ir_version").notNull(),
    ir: text().notNull(),
    sources: text().notNull(),
    note: text().notNull(),
  },
  (table) => [index("policy_revision_activation").on(table.activation)],
);

/** People who may use the console. */
export const user = sqliteTable("user", {
  name: text().primaryKey(),
  passwordHash: text("password_hash").notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Signed-in console sessions by the hash of their token. */
export const consoleSession = sqliteTable(
  "console_session",
  {
    tokenHash: text("token_hash").primaryKey(),
    user: text()
      .notNull()
      .references(() => user.name, { onDelete: "cascade" }),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [index("console_session_user").on(table.user)],
);

/** Who did what in the console. */
export const audit = sqliteTable("audit", {
  id: integer().primaryKey(),
  at: integer().notNull(),
  who: text().notNull(),
  action: text().notNull(),
  detail: text().notNull(),
});

/** Random keys made on the first start. */
export const secret = sqliteTable("secret", {
  name: text().primaryKey(),
  bytes: blob({ mode: "buffer" }).notNull(),
});
