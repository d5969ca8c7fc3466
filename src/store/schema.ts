/** The tables as Drizzle sees them; the SQL in `migrations/` makes them and a test holds the two together. */
import {
  blob,
  customType,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

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
    stack: coded(),
    ja4: coded(),
    headerVector: integer("header_vector"),
    stackVector: integer("stack_vector"),
    shapeVector: integer("shape_vector"),
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

/** What prints are made of (vector-table.ts); `hours` counts those in which it was seen. */
export const vector = sqliteTable("vector", {
  id: integer().primaryKey(),
  kind: integer().notNull(),
  value: text().notNull(),
  seenAt: integer("seen_at").notNull(),
  hours: integer().notNull(),
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

/** What is to be told to others (outbox.ts). */
export const outbox = sqliteTable(
  "outbox",
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    target: text().notNull(),
    policy: text().notNull(),
    app: text().notNull(),
    event: integer(),
    digest: integer(),
    body: blob({ mode: "buffer" }),
    state: integer().notNull(),
    attempts: integer().notNull(),
    nextAt: integer("next_at").notNull(),
    createdAt: integer("created_at").notNull(),
    finishedAt: integer("finished_at"),
    status: integer(),
    problem: text(),
    acknowledgedAt: integer("acknowledged_at"),
    acknowledgement: text(),
  },
  (table) => [
    index("outbox_pending").on(table.target, table.nextAt),
    index("outbox_created").on(table.createdAt),
  ],
);

/** Who was told of lately, by keyed hash. */
export const toldOnce = sqliteTable(
  "told_once",
  { key: blob({ mode: "buffer" }).primaryKey(), until: integer().notNull() },
  (table) => [index("told_once_until").on(table.until)],
);

/** Alerts that grow: one a channel, policy, app and key. */
export const digest = sqliteTable(
  "digest",
  {
    id: integer().primaryKey(),
    channel: text().notNull(),
    policy: text().notNull(),
    app: text().notNull(),
    key: blob({ mode: "buffer" }).notNull(),
    severity: text().notNull(),
    firstAt: integer("first_at").notNull(),
    lastAt: integer("last_at").notNull(),
    count: integer().notNull(),
    told: integer().notNull(),
    nextAt: integer("next_at").notNull(),
    everyMs: integer("every_ms").notNull(),
    evidence: text().notNull(),
  },
  (table) => [
    uniqueIndex("digest_group").on(table.channel, table.policy, table.app, table.key),
    index("digest_last").on(table.lastAt),
  ],
);

/** What a person has switched off (enforcement-switch.ts). */
export const enforcementSwitch = sqliteTable(
  "enforcement_switch",
  {
    kind: text().notNull(),
    name: text().notNull(),
    since: integer().notNull(),
    until: integer(),
    who: text().notNull(),
    reason: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.name] })],
);

/** The learned form of genuine answers (learned-answers.ts). */
export const learnedAnswer = sqliteTable("learned_answer", {
  name: text().primaryKey(),
  form: text().notNull(),
  savedAt: integer("saved_at").notNull(),
});
