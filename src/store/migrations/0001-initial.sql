-- A column of type ANY holds a dictionary id, or the value itself while the value is rare or the dictionary full.
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  duration_us INTEGER NOT NULL,
  app ANY NOT NULL,
  route ANY,
  method ANY NOT NULL,
  host ANY NOT NULL,
  path ANY NOT NULL,
  status INTEGER NOT NULL,
  decision INTEGER NOT NULL,
  decider ANY,
  revision INTEGER NOT NULL,
  ip ANY NOT NULL,
  network INTEGER,
  skeleton ANY,
  shape ANY,
  user_agent ANY,
  account ANY,
  outcome ANY,
  bytes_in INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL
) STRICT;

-- Forward and allow (0 and 1) are nearly all events and are found by scanning; what is rare has an index.
CREATE INDEX event_decision ON event (decision) WHERE decision >= 2;
CREATE INDEX event_decider ON event (decider) WHERE decider IS NOT NULL;
CREATE INDEX event_account ON event (account) WHERE account IS NOT NULL;

CREATE TABLE receipt (
  event INTEGER PRIMARY KEY,
  json TEXT NOT NULL
) STRICT;

CREATE TABLE dictionary (
  kind INTEGER NOT NULL,
  id INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE network (
  id INTEGER PRIMARY KEY,
  asn INTEGER,
  as_name TEXT,
  country TEXT,
  network_class TEXT
) STRICT;
CREATE INDEX network_asn ON network (asn);

-- `bucket` counts minutes, respectively hours, since the epoch.
CREATE TABLE rollup_minute (
  kind INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  key TEXT NOT NULL,
  decision INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (kind, bucket, key, decision)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_hour (
  kind INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  key TEXT NOT NULL,
  decision INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (kind, bucket, key, decision)
) STRICT, WITHOUT ROWID;

-- `activation` orders by when a revision was last made live, so that going back to an old one makes it the latest.
CREATE TABLE policy_revision (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  activation INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  ir_version INTEGER NOT NULL,
  ir TEXT NOT NULL,
  sources TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT;
CREATE INDEX policy_revision_activation ON policy_revision (activation);

CREATE TABLE user (
  name TEXT PRIMARY KEY,
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE console_session (
  token_hash TEXT PRIMARY KEY,
  user TEXT NOT NULL REFERENCES user (name) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX console_session_user ON console_session (user);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

CREATE TABLE secret (
  name TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;
